#include "lower/kustomize/deletion.h"

#include <algorithm>

#include "lower/kubernetes/object.h"

namespace redtag::kustomize {

namespace {

/// What an overlay takes away happens together, when it is applied.
ProcedureId procedure_of(const SourceFileView& file, Model& model) {
  const auto made = std::find_if(model.procedures.begin(), model.procedures.end(), [&](const Procedure& each) {
    return each.stack == Stack::Kustomize && each.address == file.path;
  });
  if (made != model.procedures.end()) return ProcedureId{static_cast<std::uint32_t>(made - model.procedures.begin())};
  Procedure procedure;
  procedure.stack = Stack::Kustomize;
  procedure.address = file.path;
  procedure.trigger = Trigger::Deploy;
  procedure.direction = Direction::Up;
  procedure.region = {file.file, file.side, {file.offset, file.offset}};
  model.procedures.push_back(std::move(procedure));
  return ProcedureId{static_cast<std::uint32_t>(model.procedures.size() - 1)};
}

}  // namespace

bool is_deletion(const document::Node& root) {
  const document::Node* mark = root.find("$patch");
  return mark != nullptr && mark->text == "delete" && kubernetes::is_object(root);
}

void add_deletion(const document::Node& root, const SourceFileView& file, Region name, Region whole,
                  const FactTables& facts, Model& model) {
  const kubernetes::NodePlace nowhere{file.file, file.side, 0, 0, nullptr};
  const document::Node* metadata = root.find("metadata");
  Operation deletion;
  deletion.stack = Stack::Kustomize;
  deletion.verb = Verb::Destroy;
  deletion.program = "kustomize";
  deletion.action = "patch delete";
  deletion.object =
      kubernetes::type_of(kubernetes::text_of(root.find("apiVersion"), nowhere), root.find("kind")->text, facts);
  const std::string called = metadata == nullptr ? std::string() : kubernetes::text_of(metadata->find("name"), nowhere);
  deletion.target = known_string(deletion.object + "/" + called, name);
  deletion.text = "$patch: delete " + deletion.target.text;
  deletion.fact = "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/";
  deletion.cited = true;
  deletion.procedure = procedure_of(file, model);
  deletion.position = static_cast<std::uint32_t>(model.operations.size());
  deletion.region = whole;
  model.operations.push_back(std::move(deletion));
}

}  // namespace redtag::kustomize
