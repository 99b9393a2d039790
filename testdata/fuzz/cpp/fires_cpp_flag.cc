#include <gflags/gflags.h>

DEFINE_bool(force_delete, true, "delete without asking");
DEFINE_int32(retries, 3, "how often to try");
