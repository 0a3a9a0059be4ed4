// A BERT folder small enough for tests to write: two layers of width 8 over 20 tokens, weights from
// a fixed stream, in whatever form a test asks for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ratbench::tests {

struct TinyTensor {
  std::vector<std::uint64_t> shape;
  std::vector<float> values;
};

// How the tensors are stored.
enum class Stored { kF32, kF16, kBf16, kI32 };

class TinyBert {
 public:
  TinyBert();
  ~TinyBert();
  TinyBert(const TinyBert&) = delete;
  TinyBert& operator=(const TinyBert&) = delete;

  // To be changed before write().
  nlohmann::json config;
  std::map<std::string, TinyTensor> tensors;  // by today's names, without prefix
  Stored stored = Stored::kF32;

  // A folder with config.json and model.safetensors as they stand; one more at every call.
  std::filesystem::path write();
  // The same with the tensors dealt out to shards and their index.
  std::filesystem::path write_shards(int shards);

 private:
  std::filesystem::path fresh_folder();

  std::filesystem::path root_;
  int folders_ = 0;
};

}  // namespace ratbench::tests
