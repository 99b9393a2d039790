// What differs from one system to the next: files, devices, processes, shared memory.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "depot/status.h"

namespace depot {

// Files, by what a platform has for them.
Status RemoveReplica(const std::string& path);
Status EmptyReplica(const std::string& path);
Status RemoveReplicaTree(const std::string& path);
Status RemoveReplicaOnWindows(const wchar_t* path);
Status RemoveReplicaByQt(const std::string& path);
Status RemoveReplicaByBoost(const std::string& path);

// Devices.
Status DiscardDevice(int device, unsigned long long bytes);
Status StampDevice(const std::string& label);

// Processes and the machine.
Status RotateJournal(const std::string& name);
Status RunHelper(const std::string& helper, const std::string& volume);
Status EndWorker(int worker);
Status RestartMachine(bool forced);

// Memory that several processes look at.
Status ResizeBoard(const std::string& name, std::size_t bytes);
Status CloseBoard(const std::string& name);

/// Frees what a page holds in memory; nothing on a disk.
void DeletePage(void* page);

}  // namespace depot
