#pragma once

#include <string>

namespace depot {

enum class Level { Debug, Info, Warning, Error };

void Log(Level level, const std::string& text);
void SetLevel(Level level);

}  // namespace depot
