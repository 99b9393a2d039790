// What has to hold, as macros, so that the line that asks is the line that is reported.
#pragma once

#define DEPOT_OR_ROLLBACK(database, step)    \
  do {                                       \
    const ::depot::Status made = (step);     \
    if (!made.ok()) {                        \
      (database).rollback();                 \
      return made;                           \
    }                                        \
  } while (false)

#define DEPOT_OR_RETURN(step)                \
  do {                                       \
    const ::depot::Status made = (step);     \
    if (!made.ok()) return made;             \
  } while (false)
