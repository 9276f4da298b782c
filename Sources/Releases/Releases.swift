// Version tags, release notes, the changelog and hotfixes, read from git's history.
