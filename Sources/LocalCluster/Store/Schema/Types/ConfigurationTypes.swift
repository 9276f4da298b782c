extension BuiltInTypes {
    static let configuration = """
        package io.k8s.api.core.v1
        ConfigMap
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            immutable? bool #4
            data {string} #2
            binaryData {bytes} #3
        Secret
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            immutable? bool #5
            data {bytes} #2
            stringData {string} #4
            type string #3
        ServiceAccount
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            secrets [ObjectReference] key(name) #2
            imagePullSecrets [LocalObjectReference] #3
            automountServiceAccountToken? bool #4
        ObjectReference atomic
            kind string #1
            namespace string #2
            name string #3
            uid string #4
            apiVersion string #5
            resourceVersion string #6
            fieldPath string #7
        """

    static let namespace = """
        package io.k8s.api.core.v1
        Namespace
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            spec! NamespaceSpec #2
            status! NamespaceStatus #3
        NamespaceSpec
            finalizers [string] #1
        NamespaceStatus
            phase string #1
            conditions [NamespaceCondition] key(type) #2
        NamespaceCondition
            type string #1
            status string #2
            lastTransitionTime time #4
            reason string #5
            message string #6
        """
}
