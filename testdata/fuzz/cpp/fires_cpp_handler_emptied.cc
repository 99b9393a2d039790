#include "worker.h"

void Worker::Run() {
  try {
    step();
  } catch (const StorageError& error) {
  }
}
