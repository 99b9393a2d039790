#include "compare/permissions.h"

#include <gtest/gtest.h>

namespace redtag { namespace { TEST(P, X) { EXPECT_EQ(compare_permissions({}, {}).difference.outcome(), Comparison::Equal); } } }
