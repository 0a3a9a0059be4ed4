// Notices that the files of an opened data set were replaced or written.
#pragma once

#include <map>
#include <string>

#include "harness/protocol/messages.hpp"
#include "src/base/file_identity.hpp"

namespace ratbench::worker {

class DataWatch {
 public:
  // To be made before the files are opened. Throws DataError for one that is not there.
  explicit DataWatch(const protocol::DataFiles& files);

  // False once any path leads to another file, or to one written since.
  bool untouched() const;

  // Throws DataError when a file was written in place and no longer holds what its hash names: what
  // is mapped from it has changed. One that was replaced is still mapped as it was.
  void check_mapped() const;

 private:
  protocol::DataFiles files_;
  std::map<std::string, FileIdentity> identities_;  // of splits; the model is a folder
};

// Throws DataError when the folder of the model is not what its hash names; cheap while nobody
// wrote to it.
void check_model(const protocol::DataFiles& files);

}  // namespace ratbench::worker
