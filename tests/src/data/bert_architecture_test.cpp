#include "src/data/bert_architecture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "src/base/error.hpp"
#include "src/data/model_folder.hpp"
#include "tests/temporary_folder.hpp"

namespace ratbench::data {
namespace {

// The words of the refusal, or "".
std::string refusal(const std::string& config) {
  try {
    check_bert_architecture(nlohmann::json::parse(config), "m/config.json");
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(BertArchitecture, OfEveryBertIsAccepted) {
  for (const char* config :
       {R"({})", R"({"model_type": "bert"})", R"({"architectures": ["BertModel"]})",
        R"({"model_type": "bert", "architectures": ["BertForMaskedLM"]})",
        R"({"model_type": "bert", "architectures": null})",
        R"({"model_type": "bert", "architectures": ["BertForPreTraining", "BertModel"]})"})
    EXPECT_EQ(refusal(config), "") << config;
}

TEST(BertArchitecture, OfAnotherModelIsRefusedByNameWithWhatIsAllowed) {
  for (const char* name : {"RobertaModel", "DistilBertModel", "ModernBertModel",
                           "CamembertForMaskedLM", "BertGenerationEncoder", "MPNetModel"}) {
    const std::string classes = std::string(R"(["BertModel", ")") + name + R"("])";
    const std::string said = refusal(R"({"model_type": "bert", "architectures": )" + classes + "}");
    EXPECT_TRUE(said.starts_with("m/config.json: \"architectures\": is ")) << said;
    EXPECT_NE(said.find(name), std::string::npos) << said;
    EXPECT_NE(said.find("allowed are its classes, such as BertModel"), std::string::npos) << said;
  }
  EXPECT_NE(refusal(R"({"architectures": "BertModel"})"), "");
  EXPECT_NE(refusal(R"({"architectures": [3]})"), "");
  const std::string type = refusal(R"({"model_type": "roberta", "architectures": ["BertModel"]})");
  EXPECT_EQ(type, "m/config.json: \"model_type\": is \"roberta\"; only \"bert\" is built");
  EXPECT_NE(refusal(R"({"model_type": 3})"), "");
}

TEST(BertArchitecture, IsAskedForBeforePositionsAreRead) {
  const TemporaryFolder folder;
  std::ofstream(folder / "config.json") << R"({"architectures": ["XLNetModel"]})";
  try {
    model_positions(folder.path());
    FAIL() << "accepted";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("XLNetModel"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ratbench::data
