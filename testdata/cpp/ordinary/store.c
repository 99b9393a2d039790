#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include "macros.h"

#define MAX_RETRIES 3
#define IO_TIMEOUT_MS (30 * 1000)

enum { QUEUE_LIMIT = 4096, SHARDS = 16 };

static pthread_mutex_t index_mutex = PTHREAD_MUTEX_INITIALIZER;

static int sync_and_close(int out) {
  const int failed = fsync(out);
  close(out);
  return failed;
}

int save_manifest(const char *path, const void *data, size_t size) {
  char beside[4096];
  snprintf(beside, sizeof beside, "%s.new", path);
  int out = open(beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (out < 0) return -errno;
  if (write(out, data, size) != (ssize_t)size) {
    close(out);
    return -EIO;
  }
  if (fsync(out) != 0) {
    close(out);
    return -EIO;
  }
  close(out);
  if (rename(beside, path) != 0) return -errno;
  return 0;
}

int append_record(const char *journal, const void *record, size_t size) {
  int out = open(journal, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (out < 0) return -errno;
  const ssize_t written = write(out, record, size);
  close(out);
  return written == (ssize_t)size ? 0 : -EIO;
}

int note_usage(const char *path, const char *line) {
  FILE *out = fopen(path, "a");
  if (out == NULL) return -errno;
  fputs(line, out);
  fclose(out);
  return 0;
}

int claim(const char *path) {
  int out = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (out < 0) return -errno;
  close(out);
  return 0;
}

int move_segment(const char *from, const char *to) {
  if (copy_segment(from, to) != 0) return -EIO;
  if (unlink(from) != 0) return -errno;
  return 0;
}

int apply_batch(sqlite3 *db, const struct batch *batch) {
  if (sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) return -1;
  for (int i = 0; i < batch->count; ++i) {
    if (apply_one(db, &batch->items[i]) != 0) goto undo;
  }
  if (write_audit(db, batch) != 0) goto undo;
  if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) goto undo;
  return 0;
undo:
  sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return -1;
}

int expire_tenant(PGconn *connection, const char *tenant) {
  const char *values[1] = {tenant};
  PGresult *result = PQexecParams(connection, "DELETE FROM sessions WHERE tenant = $1", 1, NULL, values, NULL, NULL, 0);
  const int failed = PQresultStatus(result) != PGRES_COMMAND_OK;
  PQclear(result);
  return failed;
}

int drop_staging(PGconn *connection, const char *name) {
  char statement[256];
  snprintf(statement, sizeof statement, "ANALYZE %s", name);
  PGresult *result = PQexec(connection, statement);
  PQclear(result);
  return 0;
}

int update_index(struct index *index, const char *key) {
  pthread_mutex_lock(&index_mutex);
  if (find_slot(index, key) < 0) {
    pthread_mutex_unlock(&index_mutex);
    return -ENOENT;
  }
  set_slot(index, key);
  pthread_mutex_unlock(&index_mutex);
  return 0;
}

int mount_volume(const char *device, const char *place) {
  if (geteuid() != 0) return -EPERM;
  if (mount(device, place, "ext4", 0, NULL) != 0) return -errno;
  return 0;
}

int drop_extent(int device, off_t begin, off_t size, off_t capacity) {
  if (begin + size > capacity) return -ERANGE;
  return fallocate(device, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, begin, size);
}

int stop_worker(pid_t worker) {
  if (worker <= 1) return -EINVAL;
  return kill(worker, SIGTERM);
}

int send_all(int peer, const char *data, size_t size) {
  for (int attempt = 0; attempt < MAX_RETRIES; ++attempt) {
    if (send_once(peer, data, size) == 0) return 0;
  }
  return -EIO;
}

int wipe_old(const struct store *store, long now) {
  for (int i = 0; i < store->count; ++i) {
    if (now - store->entries[i].touched > store->retention) {
      unlink(store->entries[i].path);
    }
  }
  return 0;
}

int purge(const char *root, int dry_run) {
  if (dry_run) {
    printf("would remove %s\n", root);
    return 0;
  }
  RETURN_IF_DENIED(root);
  return remove_tree(root) || rmdir(root);
}

int load_plugin(const char *path) {
  int in = open(path, O_RDONLY);
  if (in < 0) return -errno;
  if (!signature_valid(in)) {
    close(in);
    return -EPERM;
  }
  const int loaded = map_plugin(in);
  close(in);
  return loaded;
}
