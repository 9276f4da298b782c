import Foundation
import NIOCore

extension ByteBuffer {
    /// What is left to read, copied.
    var data: Data { Data(readableBytesView) }
}
