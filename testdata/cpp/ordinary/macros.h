#pragma once

int access_allowed(const char *what);

#define RETURN_IF_DENIED(what) \
  do {                         \
    if (!access_allowed(what)) \
      return -EPERM;           \
  } while (0)

#define UNDO_AND_RETURN(db, status) \
  do {                              \
    (db).Rollback();                \
    return status;                  \
  } while (0)
