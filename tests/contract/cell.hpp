// A configuration as the engine makes it from an experiment file: values checked one by one,
// defaults filled in, what cannot matter removed, rules applied.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "src/specs/config.hpp"
#include "src/specs/registry.hpp"
#include "src/specs/resolve.hpp"
#include "src/specs/rules.hpp"
#include "src/specs/setting.hpp"

namespace ratbench::tests {

class Cell {
 public:
  Cell() {
    for (const char* split : {"data.train", "data.val", "data.test"}) set(split, std::string("/x"));
  }
  Cell& set(std::string_view path, const specs::Value& value) {
    const specs::ParamId id = specs::param_id(path);
    auto made = specs::make_setting(specs::all_params()[id], value);
    if (const auto* problem = std::get_if<specs::Problem>(&made)) {
      refusal_ = problem->message;
    } else {
      settings_.push_back(std::get<specs::Setting>(std::move(made)));
      given_[id] = &settings_.back();
    }
    return *this;
  }
  // A number, or else a text.
  Cell& write(std::string_view path, const std::string& text) {
    const auto number = Decimal::parse(text);
    return set(path, number.has_value() ? specs::Value(*number) : specs::Value(text));
  }

  specs::Config config() const { return specs::to_config(resolved()); }
  // Why the engine would not run this; "" when it would.
  std::string refusal() const {
    if (!refusal_.empty()) return refusal_;
    const auto broken = specs::check_rules(given_, resolved());
    return broken.has_value() ? broken->message : "";
  }

 private:
  specs::Slots resolved() const {
    specs::Slots slots;
    specs::resolve(given_, slots);
    return slots;
  }

  std::deque<specs::Setting> settings_;
  specs::Slots given_ = specs::empty_slots();
  std::string refusal_;
};

}  // namespace ratbench::tests
