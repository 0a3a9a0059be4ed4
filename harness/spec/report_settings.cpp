#include "harness/spec/report_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "src/base/error.hpp"

namespace ratbench::spec {

std::vector<ClassGroup> class_groups(const Experiment& experiment) {
  std::vector<ClassGroup> groups;
  if (!experiment.settings.has("report.groups")) return groups;
  std::set<std::string> used;
  const std::vector<std::string>& texts = experiment.settings.texts("report.groups");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i];
    const auto refuse = [&](const std::string& why) {
      throw SpecError(experiment.file, fmt::format("/report/groups/{}", i),
                      fmt::format("found \"{}\", {}", text, why));
    };
    const std::size_t colon = text.find(": ");
    if (colon == 0 || colon == std::string::npos || colon + 2 == text.size())
      refuse("allowed is \"GROUP: CLASS\" for every class of a group");
    const std::string name = text.substr(0, colon);
    const std::string member = text.substr(colon + 2);
    if (!used.insert(member).second) refuse("but the class is in a group already");
    const auto known = std::find_if(groups.begin(), groups.end(),
                                    [&](const ClassGroup& group) { return group.name == name; });
    ClassGroup& group = known == groups.end() ? groups.emplace_back(ClassGroup{name, {}}) : *known;
    group.classes.push_back(member);
  }
  return groups;
}

void check_groups(const Experiment& experiment, const std::vector<std::string>& classes) {
  for (const ClassGroup& group : class_groups(experiment))
    for (const std::string& name : group.classes)
      if (std::find(classes.begin(), classes.end(), name) == classes.end())
        throw SpecError(experiment.file, "/report/groups",
                        fmt::format("found \"{}\", allowed are the classes of the data: {}", name,
                                    fmt::join(classes, "; ")));
}

Bands bands(const Experiment& experiment) {
  if (!experiment.settings.has("report.bands")) return {};
  const std::vector<double> limits = experiment.settings.reals("report.bands");
  if (limits.size() != 2 || limits[0] <= limits[1])
    throw SpecError(experiment.file, "/report/bands",
                    fmt::format("found {}, allowed are two numbers of training rows: head from the "
                                "first, tail up to the second, which is smaller",
                                limits.size() == 2 ? fmt::format("[{}, {}]", limits[0], limits[1])
                                                   : fmt::format("{} numbers", limits.size())));
  return {limits[0], limits[1]};
}

}  // namespace ratbench::spec
