// System calls that Swift cannot reach: glibc hides them behind _GNU_SOURCE, or they take variable arguments.
#ifndef CPROCESS_H
#define CPROCESS_H

#include <stdint.h>
#include <sys/types.h>

// Starts a program. Standard streams are the given descriptors (-1 is /dev/null); nothing else is inherited. All
// signals have their default action and none is blocked. With new_session, the process leads a session of its own.
// Returns 0, or an errno value.
int cprocess_spawn(
    pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *working_directory,
    int input, int output, int error, int new_session);

// Makes orphans among our descendants our children, so that we can wait for them. Returns 0, or an errno value.
int cprocess_become_subreaper(void);

// Gives the calling thread, and what it starts, mounts of their own. Returns 0, or an errno value.
int cprocess_unshare_mounts(void);

// Opens a descriptor that is readable when the process has ended. Returns it, or -1 with errno set.
int cprocess_pidfd_open(pid_t pid);

// The part of struct stat that is needed. (Swift sees struct stat in whichever C module was loaded first, which
// MemberImportVisibility then wants imported by a name that cannot be imported.)
struct cprocess_file_status {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    uint32_t mode;
};

// Asks about a file, or about a link itself. Returns 0, or an errno value.
int cprocess_file_status(const char *path, int follow_links, struct cprocess_file_status *status);

// Asks about an open file. Returns 0, or an errno value.
int cprocess_descriptor_status(int descriptor, struct cprocess_file_status *status);

#endif
