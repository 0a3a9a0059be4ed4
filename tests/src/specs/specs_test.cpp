#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "src/specs/canonical.hpp"
#include "src/specs/names.hpp"
#include "src/specs/nearest.hpp"
#include "src/specs/registry.hpp"
#include "src/specs/resolve.hpp"
#include "src/specs/rules.hpp"
#include "src/specs/setting.hpp"

namespace ratbench::specs {
namespace {

Value number(std::string_view text) { return *Decimal::parse(text); }
Value text(std::string_view value) { return std::string(value); }

// Slots built from typed values that have passed the checks.
class Builder {
 public:
  Builder& set(std::string_view path, const Value& value) {
    const ParamId id = param_id(path);
    auto made = make_setting(all_params()[id], value);
    EXPECT_TRUE(std::holds_alternative<Setting>(made)) << path;
    settings_.push_back(std::get<Setting>(std::move(made)));
    given_[id] = &settings_.back();
    return *this;
  }
  Config config() const {
    Slots resolved;
    resolve(given_, resolved);
    return to_config(resolved);
  }
  std::string canonical() const { return canonical_json(config()); }
  std::string broken_rule() const {
    Slots resolved;
    resolve(given_, resolved);
    for (const Rule& rule : all_rules())
      if (rule.check(given_, resolved)) return std::string(rule.name);
    return "";
  }

 private:
  std::deque<Setting> settings_;
  Slots given_ = empty_slots();
};

Builder generated() {
  Builder builder;
  builder.set("data.format", text("text"))
      .set("data.release", text("synthetic_reports"))
      .set("encoder.name", text("hashed"));
  return builder;
}

std::string problem(std::string_view path, const Value& value) {
  const auto made = make_setting(all_params()[param_id(path)], value);
  const auto* found = std::get_if<Problem>(&made);
  return found == nullptr ? "" : found->message;
}

TEST(Registry, EveryPathIsThereOnce) {
  std::set<std::string_view> paths;
  for (const ParamSpec& spec : all_params())
    EXPECT_TRUE(paths.insert(spec.path).second) << spec.path;
}

TEST(Registry, EveryRowOfTheConfigurationTableIsKnown) {
  for (const char* path : {"task",
                           "data.format",
                           "data.train",
                           "data.val",
                           "data.test",
                           "data.release",
                           "data.fields.text",
                           "data.fields.label",
                           "data.fields.question",
                           "data.fields.answer",
                           "data.fields.id",
                           "data.train_rows",
                           "data.val_rows",
                           "data.test_rows",
                           "data.negative_class",
                           "data.split.name",
                           "data.split.fraction",
                           "data.split.folds",
                           "data.split.seed",
                           "data.profile",
                           "data.minority_classes",
                           "data.truncation",
                           "data.buckets",
                           "data.hierarchy",
                           "encoder.name",
                           "encoder.path",
                           "encoder.pooling",
                           "encoder.max_length",
                           "encoder.precision",
                           "model.name",
                           "model.hidden",
                           "model.dropout",
                           "model.path",
                           "model.head",
                           "model.max_length",
                           "train.epochs",
                           "train.steps",
                           "train.batch_size",
                           "train.lr",
                           "train.weight_decay",
                           "train.warmup",
                           "train.schedule",
                           "train.layer_decay",
                           "train.clip_norm",
                           "train.precision",
                           "train.accumulate",
                           "train.patience",
                           "train.eval_steps",
                           "train.checkpoint_activations",
                           "train.select",
                           "train.select_metric",
                           "loss.name",
                           "loss.gamma",
                           "loss.alpha",
                           "loss.beta",
                           "loss.c",
                           "loss.max_margin",
                           "loss.scale",
                           "loss.defer_epochs",
                           "loss.before",
                           "loss.reweight",
                           "loss.boost_classes",
                           "loss.boost_divisor",
                           "attack.name",
                           "attack.p_rat",
                           "attack.epsilon",
                           "attack.weight",
                           "attack.norm",
                           "attack.ball",
                           "attack.variant",
                           "attack.steps",
                           "attack.step_size",
                           "attack.init",
                           "attack.noise",
                           "attack.add_clean",
                           "attack.pass",
                           "augmentation.name",
                           "augmentation.lambda",
                           "augmentation.neighbours",
                           "augmentation.alpha",
                           "augmentation.sd",
                           "augmentation.edits",
                           "augmentation.edit_share",
                           "augmentation.seed",
                           "cost.half_width",
                           "cost.max_s",
                           "cost.block_steps",
                           "cost.baseline",
                           "report.tables",
                           "report.figures",
                           "report.metrics"})
    EXPECT_TRUE(find_param(path).has_value()) << path;
}

TEST(Registry, DefaultsPassTheirOwnChecks) {
  for (const ParamSpec& spec : all_params()) {
    if (spec.fallback.empty()) continue;
    const Setting setting = setting_of_text(spec, spec.fallback);
    if (std::holds_alternative<None>(setting.value)) continue;
    EXPECT_TRUE(std::holds_alternative<Setting>(make_setting(spec, setting.value))) << spec.path;
  }
}

TEST(Registry, EveryParameterSaysWhatItMeans) {
  for (const ParamSpec& spec : all_params()) {
    EXPECT_TRUE(spec.meaning.ends_with('.')) << spec.path;
    for (const Choice& choice : spec.choices) EXPECT_FALSE(choice.meaning.empty()) << choice.name;
  }
}

// A changed default changes what a stored key stands for: raise kMethodVersion with it.
TEST(Registry, DefaultsThatKeysRestOn) {
  const Config config = Builder().set("attack.name", text("pgd")).config();
  std::string all;
  for (const auto& [path, value] : config.values()) all += path + "=" + to_text(value) + "\n";
  EXPECT_EQ(all,
            "attack.add_clean=on\nattack.ball=l2\nattack.epsilon=0.1\nattack.init=zero\n"
            "attack.name=pgd\nattack.norm=sample\nattack.p_rat=1\nattack.pass=separate\n"
            "attack.steps=3\nattack.weight=1\naugmentation.name=none\ndata.format=features\n"
            "data.hierarchy=none\ndata.release=none\ndata.split.name=given\nencoder.name=none\n"
            "loss.defer_epochs=0\nloss.name=ce\nloss.reweight=none\nmodel.dropout=0.1\n"
            "model.hidden=512\nmodel.name=mlp\ntask=classification\ntrain.accumulate=1\n"
            "train.batch_size=32\ntrain.checkpoint_activations=off\ntrain.clip_norm=none\n"
            "train.epochs=20\ntrain.eval_steps=none\ntrain.layer_decay=1\ntrain.lr=0.001\n"
            "train.patience=none\ntrain.precision=fp32\ntrain.schedule=constant\n"
            "train.select=best\ntrain.select_metric=macro_f1\ntrain.warmup=0\n"
            "train.weight_decay=0.01\n");
}

TEST(Names, ListsAreSortedAndHoldWhatIsBuilt) {
  for (const auto names : {attack_names(), augmentation_names(), encoder_names(), loss_names(),
                           model_names(), release_names(), select_metric_names()}) {
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_EQ(std::count(names.begin(), names.end(), "none"), 0);
  }
  const auto losses = loss_names();
  EXPECT_EQ(std::vector<std::string_view>(losses.begin(), losses.end()),
            (std::vector<std::string_view>{"bce", "ce", "class_balanced", "focal", "ldam"}));
}

TEST(Setting, SpellingsOfANumberAreOneValue) {
  const ParamSpec& spec = all_params()[param_id("attack.epsilon")];
  for (const char* spelling : {"0.1", "0.10", "1e-1", "10e-2"})
    EXPECT_EQ(std::get<Setting>(make_setting(spec, number(spelling))).json, "0.1") << spelling;
}

TEST(Setting, RefusalsNameWhatIsAllowed) {
  EXPECT_EQ(problem("attack.p_rat", number("1.5")), "found 1.5, allowed is a number 0 to 1");
  EXPECT_EQ(problem("train.epochs", number("0")),
            "found 0, allowed is a whole number 1 to 1000000");
  EXPECT_EQ(problem("train.lr", text("fast")),
            "found the text \"fast\", allowed is a number above 0");
  EXPECT_EQ(problem("loss.name", text("focl")),
            "found \"focl\", allowed is one of bce, ce, class_balanced, focal, ldam; did you mean "
            "\"focal\"?");
  EXPECT_EQ(problem("encoder.name", text("qwen3")),
            "encoder.name 'qwen3' is not built yet in this version; built: bert, hashed, none");
  constexpr ParamSpec kLater = {.path = "train.later", .kind = Kind::kInteger, .built = false};
  EXPECT_EQ(std::get<Problem>(make_setting(kLater, number("256"))).message,
            "train.later is not built yet in this version");
}

TEST(Resolve, NoAttackParametersWhereNothingIsAttacked) {
  Builder never = generated();
  never.set("attack.name", text("fgm")).set("attack.p_rat", number("0"));
  never.set("attack.epsilon", number("0.3"));
  EXPECT_EQ(never.config(), generated().config());
  EXPECT_EQ(never.config().text("attack.name"), "none");
  EXPECT_FALSE(never.config().has("attack.epsilon"));
}

TEST(Resolve, LambdaZeroIsNoAugmentation) {
  Builder zero = generated();
  zero.set("augmentation.name", text("samples")).set("augmentation.lambda", number("0"));
  EXPECT_EQ(zero.config(), generated().config());
}

TEST(Resolve, ParametersOfAnAugmentationStayWithItAlone) {
  const std::vector<std::pair<const char*, Value>> settings = {
      {"augmentation.neighbours", number("3")},
      {"augmentation.alpha", number("1")},
      {"augmentation.sd", number("0.5")},
      {"augmentation.edit_share", number("0.3")},
      {"augmentation.seed", number("7")},
      {"augmentation.edits", std::vector<std::string>{"swap"}}};
  const std::map<std::string, std::set<std::string>> own = {
      {"smote", {"augmentation.neighbours"}},
      {"mixup", {"augmentation.alpha"}},
      {"noise", {"augmentation.sd"}},
      {"eda", {"augmentation.edit_share", "augmentation.edits", "augmentation.seed"}},
      {"samples", {}},
      {"oversample", {}}};
  for (const auto& [name, paths] : own) {
    Builder builder = generated();
    builder.set("augmentation.name", text(name)).set("augmentation.lambda", number("2"));
    const std::string without = builder.canonical();
    for (const auto& [path, value] : settings) builder.set(path, value);
    for (const auto& [path, value] : settings)
      EXPECT_EQ(builder.config().has(path), paths.contains(path)) << name << " " << path;
    EXPECT_EQ(builder.canonical() == without, paths.empty()) << name;
  }
  EXPECT_EQ(own.size(), augmentation_names().size());
}

// Runs stored before these parameters existed keep their keys.
TEST(Canonical, DefaultsOfAugmentationsAreNotInKeys) {
  for (const char* name : {"smote", "mixup", "noise"}) {
    Builder plain = generated();
    plain.set("augmentation.name", text(name)).set("augmentation.lambda", number("2"));
    EXPECT_EQ(plain.canonical(), "{\"augmentation.lambda\":2,\"augmentation.name\":\"" +
                                     std::string(name) +
                                     "\",\"data.format\":\"text\",\"data.release\":"
                                     "\"synthetic_reports\",\"encoder.name\":\"hashed\"}");
    plain.set("augmentation.neighbours", number("5")).set("augmentation.sd", number("1e-2"));
    const std::string written = plain.set("augmentation.alpha", number("0.20")).canonical();
    EXPECT_EQ(written.find("alpha"), std::string::npos) << name;
    EXPECT_EQ(written.find("neighbours"), std::string::npos) << name;
    EXPECT_EQ(written.find("sd"), std::string::npos) << name;
  }
}

TEST(Rules, EditsNeedTexts) {
  Builder features;
  for (const char* split : {"data.train", "data.val", "data.test"}) features.set(split, text("/x"));
  features.set("augmentation.name", text("eda"));
  EXPECT_EQ(features.broken_rule(), "");  // lambda 0: nothing is augmented
  EXPECT_EQ(features.set("augmentation.lambda", number("1")).broken_rule(), "edits_need_texts");
  Builder texts = generated();
  texts.set("augmentation.name", text("eda")).set("augmentation.lambda", number("1"));
  EXPECT_EQ(texts.broken_rule(), "");
}

TEST(Resolve, ParametersStayOnlyWhereTheyMatter) {
  EXPECT_FALSE(Builder().set("loss.gamma", number("3")).config().has("loss.gamma"));
  Builder focal;
  focal.set("loss.name", text("focal")).set("loss.gamma", number("3"));
  EXPECT_EQ(focal.config().real("loss.gamma"), 3);
  Builder focal_first;
  focal_first.set("loss.name", text("ldam")).set("loss.defer_epochs", number("2"));
  EXPECT_FALSE(focal_first.config().has("loss.gamma"));
  focal_first.set("loss.before", text("focal"));
  EXPECT_EQ(focal_first.config().real("loss.gamma"), 2);
  for (const char* name : {"fgm", "random"})
    EXPECT_FALSE(Builder()
                     .set("attack.name", text(name))
                     .set("attack.steps", number("7"))
                     .config()
                     .has("attack.steps"))
        << name;
  Builder steps;
  EXPECT_FALSE(steps.set("train.steps", number("10")).config().has("train.epochs"));
  Builder margin;
  margin.set("loss.name", text("ldam")).set("loss.max_margin", number("0.5"));
  EXPECT_FALSE(margin.config().has("loss.c"));
  EXPECT_EQ(margin.config().real("loss.scale"), 30);
}

TEST(Resolve, SmartHasDefaultsOfItsOwn) {
  const Config config = Builder().set("attack.name", text("smart")).config();
  EXPECT_EQ(config.integer("attack.steps"), 1);
  EXPECT_EQ(config.text("attack.ball"), "linf");
  EXPECT_EQ(config.text("attack.init"), "normal");
  EXPECT_EQ(Builder().set("attack.name", text("freelb")).config().flag("attack.add_clean"), false);
}

TEST(Canonical, ADefaultWrittenOutChangesNothing) {
  Builder written = generated();
  written.set("train.lr", number("1e-3")).set("model.hidden", number("512"));
  EXPECT_EQ(written.canonical(), generated().canonical());
}

TEST(Canonical, LeavesOutWhatTrainingDoesNotDependOn) {
  Builder here;
  here.set("data.train", text("/a")).set("data.minority_classes", std::vector<std::string>{"x"});
  EXPECT_EQ(here.canonical(), "{}");
  here.set("train.select_metric", text("minority_recall"));
  EXPECT_EQ(here.canonical(),
            "{\"data.minority_classes\":[\"x\"],\"train.select_metric\":\"minority_recall\"}");
}

TEST(Canonical, IsSortedWithCanonicalDecimals) {
  Builder builder = generated();
  builder.set("train.lr", number("5e-4")).set("attack.name", text("fgm"));
  builder.set("attack.epsilon", number("0.20"));
  EXPECT_EQ(builder.canonical(),
            "{\"attack.epsilon\":0.2,\"attack.name\":\"fgm\",\"data.format\":\"text\","
            "\"data.release\":\"synthetic_reports\",\"encoder.name\":\"hashed\","
            "\"train.lr\":0.0005}");
}

TEST(Canonical, EveryParameterThatMattersChangesTheText) {
  const auto base = [] {
    Builder builder = generated();
    builder.set("attack.name", text("pgd"));
    return builder;
  };
  const std::vector<std::pair<const char*, Value>> changes = {
      {"attack.epsilon", number("0.2")},   {"attack.p_rat", number("0.5")},
      {"attack.weight", number("2")},      {"attack.norm", text("batch")},
      {"attack.ball", text("linf")},       {"attack.steps", number("4")},
      {"attack.step_size", number("0.1")}, {"attack.pass", text("concatenated")},
      {"train.epochs", number("3")},       {"train.batch_size", number("8")},
      {"train.weight_decay", number("0")}, {"train.warmup", number("0.1")},
      {"train.schedule", text("linear")},  {"train.clip_norm", number("1")},
      {"train.patience", number("2")},     {"train.select", text("last")},
      {"model.hidden", number("8")},       {"model.dropout", number("0")},
      {"loss.name", text("focal")},        {"loss.reweight", text("drw")}};
  std::set<std::string> texts = {base().canonical()};
  for (const auto& [path, value] : changes) {
    Builder changed = base();
    EXPECT_TRUE(texts.insert(changed.set(path, value).canonical()).second) << path;
  }
}

TEST(Rules, FreeLbTakesAWeightOnlyBesideACleanLoss) {
  Builder freelb = generated();
  freelb.set("attack.name", text("freelb")).set("attack.weight", number("0.5"));
  EXPECT_EQ(freelb.broken_rule(), "weight_has_a_term");
  EXPECT_EQ(freelb.set("attack.add_clean", true).broken_rule(), "");
}

TEST(Rules, ARuleDoesNotBindWhatWasRemoved) {
  Builder clean = generated();
  clean.set("attack.name", text("freelb")).set("attack.weight", number("0.5"));
  EXPECT_EQ(clean.set("attack.p_rat", number("0")).broken_rule(), "");
}

TEST(Nearest, FindsTheNameThatWasMeant) {
  constexpr std::array<std::string_view, 3> kNames = {"epsilon", "steps", "step_size"};
  EXPECT_EQ(nearest("epsilom", kNames), "epsilon");
  EXPECT_EQ(nearest("stepsize", kNames), "step_size");
  EXPECT_EQ(nearest("STEPS", kNames), "steps");
  EXPECT_EQ(nearest("momentum", kNames), "");
  EXPECT_EQ(edit_distance("abcd", "abdc"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

}  // namespace
}  // namespace ratbench::specs
