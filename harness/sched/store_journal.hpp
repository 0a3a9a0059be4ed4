// The journal that keeps everything: spool first, then database.
#pragma once

#include "harness/sched/journal.hpp"
#include "harness/store/recorder.hpp"
#include "harness/store/writer.hpp"

namespace ratbench::sched {

// The codec of spool payloads: the wire format.
store::ResultCodec result_codec();

// Names this machine in settings: the processor's model name, because kernel choice depends on it
// and host names of containers change.
std::string machine_name();
// Name of the machine's setting that keeps its fastest product routine on "cpu" or "cuda".
std::string kernel_setting(const std::string& family);

class StoreJournal : public Journal {
 public:
  // Both are borrowed.
  StoreJournal(store::Writer& writer, store::Recorder& recorder)
      : writer_(writer), recorder_(recorder) {}

  void begin(std::span<const store::AttemptStart> starts) override;
  std::vector<store::RejectedResult> finish(std::span<const protocol::RunResult> results) override;
  void fail(std::span<const store::AttemptFailure> failures) override;
  void alive(std::span<const std::string> run_keys) override;
  void kernel_chosen(const std::string& family, const std::string& kernel) override;

 private:
  store::Writer& writer_;
  store::Recorder& recorder_;
};

}  // namespace ratbench::sched
