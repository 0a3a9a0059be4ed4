// The vocabulary of the built-in accident reports: per class the phrases that tell it apart, and
// the phrases that all classes share.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace ratbench::corpus {

inline constexpr std::size_t kReportClasses = 7;

// Every phrase continues a sentence about the injured person: "the worker <happening> <thing>".
struct ClassPhrases {
  std::string_view name;
  std::span<const std::string_view> happenings;
  std::span<const std::string_view> things;
  std::span<const std::string_view> injuries;
};

const std::array<ClassPhrases, kReportClasses>& class_phrases();

// Phrases without any relation to the class. A vague happening stands in the place of a telling
// one.
struct SharedPhrases {
  std::span<const std::string_view> vague_happenings;
  std::span<const std::string_view> persons;
  std::span<const std::string_view> activities;
  std::span<const std::string_view> places;
  std::span<const std::string_view> remarks;
  std::span<const std::string_view> months;
};

const SharedPhrases& shared_phrases();

}  // namespace ratbench::corpus
