// A stand-in for NVIDIA's management library: one GPU, told by the environment what to say.
#include <cstdlib>
#include <cstring>

namespace {

bool denied(const char* what) {
  const char* told = std::getenv("FAKE_NVML_DENIES");
  return told != nullptr && std::strcmp(told, what) == 0;
}

struct ProcessInfo {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance, compute_instance;
};

constexpr int kNoPermission = 4;

}  // namespace

extern "C" {
int nvmlInit_v2() { return denied("init") ? kNoPermission : 0; }
int nvmlShutdown() { return 0; }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 1;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned, void** device) {
  static int gpu = 0;
  *device = &gpu;
  return denied("device") ? kNoPermission : 0;
}
int nvmlDeviceGetTotalEnergyConsumption(void*, unsigned long long* millijoules) {
  static unsigned long long counted = 1000;
  *millijoules = counted += 250;
  return denied("energy") ? kNoPermission : 0;
}
int nvmlDeviceGetTemperature(void*, unsigned, unsigned* celsius) {
  *celsius = 61;
  return 0;
}
int nvmlDeviceGetCurrentClocksThrottleReasons(void*, unsigned long long* reasons) {
  *reasons = 0x20;
  return 0;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void*, unsigned* count, ProcessInfo* infos) {
  infos[0].pid = 17;
  infos[1].pid = 18;
  *count = 2;
  return 0;
}
}
