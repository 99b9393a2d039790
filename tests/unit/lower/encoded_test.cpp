#include "lower/encoded.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace redtag {
namespace {

TEST(EncodedProgram, ReadsWhatBeginsAsAProgram) {
  const std::string script = "#!/bin/sh\nrm -rf /srv/data\n";
  EXPECT_EQ(encoded_program(base64(script)), script);
  const std::string config = "#cloud-config\nruncmd: []\n";
  EXPECT_EQ(encoded_program(base64(config)), config);
}

TEST(EncodedProgram, TakesLinesApartAndPaddingAway) {
  std::string text = base64("#!/bin/sh\ntrue # x\n");
  while (text.ends_with('=')) text.pop_back();
  text.insert(8, "\n  ");
  EXPECT_EQ(encoded_program("  " + text + "\n"), "#!/bin/sh\ntrue # x\n");
}

TEST(EncodedProgram, LeavesOtherTextsAlone) {
  EXPECT_EQ(encoded_program(""), std::nullopt);
  EXPECT_EQ(encoded_program("#!/bin/sh\ntrue\n"), std::nullopt);
  EXPECT_EQ(encoded_program(base64("plain words")), std::nullopt);
  EXPECT_EQ(encoded_program(base64("# a comment")), std::nullopt);
  EXPECT_EQ(encoded_program("IyEvYmlu!!"), std::nullopt);
  EXPECT_EQ(encoded_program(base64(std::string("#!/bin/sh\n\x01\x02", 12))), std::nullopt);
}

}  // namespace
}  // namespace redtag
