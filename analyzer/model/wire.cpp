#include "model/wire.h"

#include "base/archive.h"

namespace redtag {

namespace {

constexpr std::uint32_t magic = 0x31575452;  // "RTW1"; the digit is the version

/// Each type says its fields once; writing and reading follow from that.
template <class Archive>
void fields(Archive& a, ByteRange& x) { a(x.begin, x.end); }
template <class Archive>
void fields(Archive& a, Region& x) { a(x.file.value, x.side, x.bytes); }
template <class Archive>
void fields(Archive& a, Value& x) {
  a(x.presence, x.shape, x.type, x.expression, x.sensitive, x.text, x.reason, x.items, x.entries, x.region);
}
template <class Archive>
void fields(Archive& a, Entry& x) { a(x.key, x.value, x.region); }
template <class Archive>
void fields(Archive& a, Reference& x) { a(x.target, x.through, x.region); }
template <class Archive>
void fields(Archive& a, Resource& x) {
  a(x.stack, x.declares, x.type, x.name, x.address, x.scope, x.identity, x.instances, x.attributes, x.references, x.region, x.header,
    x.subject);
}
template <class Archive>
void fields(Archive& a, Operation& x) {
  a(x.stack, x.verb, x.arming, x.certainty, x.program, x.action, x.object, x.target, x.arguments, x.unbounded, x.maybe_empty,
    x.harmless_target, x.fact, x.cited, x.text, x.procedure.value, x.position, x.region, x.subject);
}
template <class Archive>
void fields(Archive& a, Procedure& x) {
  a(x.stack, x.address, x.trigger, x.direction, x.reverses, x.reverse_expected, x.unread, x.in_transaction, x.references, x.region,
    x.subject);
}
template <class Archive>
void fields(Archive& a, Safeguard& x) { a(x.stack, x.kind, x.coverage, x.protects, x.text, x.region, x.subject); }
template <class Archive>
void fields(Archive& a, Gap& x) { a(x.region, x.stack, x.reason); }
template <class Archive>
void fields(Archive& a, Model& x) { a(x.resources, x.operations, x.procedures, x.safeguards, x.gaps); }

/// What the archives ask for: the overloads above.
struct Fields {
  template <class Archive, class T>
  static void of(Archive& archive, T& value) {
    fields(archive, value);
  }
};
using Writer = ArchiveWriter<Fields>;
using Reader = ArchiveReader<Fields>;

/// Ids inside a model must point into it, whatever the bytes said.
bool consistent(const Model& model) {
  for (const Operation& operation : model.operations) {
    if (operation.procedure.valid() && operation.procedure.value >= model.procedures.size()) return false;
  }
  return true;
}

}  // namespace

std::string to_wire(const Model& model) {
  Writer writer;
  std::uint32_t head = magic;
  Model& fields_only = const_cast<Model&>(model);  // `fields` is shared with the reader; a Writer changes nothing
  writer(head, fields_only);
  return writer.take();
}

Expected<Model> from_wire(std::string_view bytes) {
  Reader reader(bytes);
  std::uint32_t head = 0;
  Model model;
  reader(head, model);
  if (head != magic || !reader.sound() || !consistent(model)) {
    return fail(ErrorCode::Process, "an analysis child answered with damaged bytes");
  }
  return model;
}

}  // namespace redtag
