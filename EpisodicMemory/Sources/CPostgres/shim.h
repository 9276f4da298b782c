// pkg-config says where the header is: Debian keeps it in a folder of its own.
#include <libpq-fe.h>
