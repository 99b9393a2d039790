#include "run/move_model.h"

namespace redtag {

namespace {

class Mover {
 public:
  Mover(FileId file, Side side) : file_(file), side_(side) {}

  void move(Region& region) const {
    region.side = side_;
    if (region.valid()) region.file = file_;
  }
  void move(Entry& entry) const {
    move(entry.region);
    move(entry.value);
  }
  void move(Value& value) const {  // as deep as values are read
    move(value.region);
    for (Value& item : value.items) move(item);
    for (Entry& entry : value.entries) move(entry);
  }
  void move(std::vector<Reference>& references) const {
    for (Reference& reference : references) move(reference.region);
  }

 private:
  FileId file_;
  Side side_;
};

}  // namespace

void move_model(Model& model, FileId file, Side side) {
  const Mover mover(file, side);
  for (Resource& resource : model.resources) {
    mover.move(resource.region);
    mover.move(resource.header);
    for (Entry& entry : resource.attributes) mover.move(entry);
    mover.move(resource.references);
  }
  for (Operation& operation : model.operations) {
    mover.move(operation.region);
    mover.move(operation.target);
    for (Value& argument : operation.arguments) mover.move(argument);
  }
  for (Procedure& procedure : model.procedures) {
    mover.move(procedure.region);
    mover.move(procedure.references);
  }
  for (Safeguard& safeguard : model.safeguards) mover.move(safeguard.region);
  for (Gap& gap : model.gaps) mover.move(gap.region);
}

}  // namespace redtag
