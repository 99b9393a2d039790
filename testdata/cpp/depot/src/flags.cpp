// What a daemon can be told on its command line.
#include <gflags/gflags.h>

DEFINE_string(directory, "/var/lib/depot", "where everything is kept");
DEFINE_bool(sync, true, "bring every write to disk before it is acknowledged");
DEFINE_bool(verify, true, "check what is read against its checksum");
DEFINE_bool(delete_orphans, false, "remove segments that nothing refers to");
DEFINE_int32(retention_days, 30, "how long snapshots are kept");
DEFINE_int32(port, 7070, "where to listen");
