// GitLab CI: jobs at the top level, with `extends` and `default` followed inside of the file; across files, see included.h.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/ci/limits.h"
#include "lower/ci/pinned.h"
#include "lower/ci/pipeline.h"

namespace redtag::ci {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::array keywords =
    std::to_array<std::string_view>({"default", "include", "stages", "variables", "workflow", "image", "services",
                                     "cache", "before_script", "after_script", "spec", "pages_"});
constexpr unsigned most_parents = 8;
constexpr std::size_t most_jobs = 500;  // whose order by stages is looked at

bool is_keyword(std::string_view key) { return std::find(keywords.begin(), keywords.end(), key) != keywords.end(); }

class GitlabReader {
 public:
  GitlabReader(const SourceFileView& file, const Node& root) : file_(file), root_(root) {}

  Pipeline run() {
    pipeline_.trigger = Trigger::Merge;
    for (const std::string_view event : {"push", "merge_request_event"})
      pipeline_.starts.push_back(
          {std::string(event), "any", root_.members.empty() ? ByteRange{} : root_.members[0].key_bytes});
    if (!root_.members.empty()) pipeline_.header = root_.members[0].key_bytes;
    for (const Member& member : root_.members) {
      if (member.key == "workflow") pipeline_.triggers.push_back({"workflow", flat(member.value), whole(member)});
      if (member.key == "include") read_includes(member.value);
      if (member.key == "variables") add_settings(member.value, "", pipeline_.variables);
      const bool job = member.value.type == NodeType::Mapping && !is_keyword(member.key);
      if (job) read_job(member);
    }
    note_moving_jobs();
    pipeline_.tells_order = root_.find("include") == nullptr;
    follow_stages();
    return std::move(pipeline_);
  }

 private:
  /// Jobs that are fetched at each run from where somebody else can change them: an address that says no commit and no release, and
  /// whose text nothing compares.
  void note_moving_jobs() {
    const Node* include = root_.find("include");
    if (include == nullptr) return;
    std::vector<const Node*> items;
    for (const Node& item : include->items) items.push_back(&item);
    if (include->items.empty()) items.push_back(include);
    const bool deploys = std::any_of(pipeline_.jobs.begin(), pipeline_.jobs.end(), [](const Job& job) {
      return std::any_of(job.attributes.begin(), job.attributes.end(),
                         [](const Setting& each) { return each.key == "environment"; });
    });
    for (const Node* item : items) {
      const Node* address = item->scalar() ? item : item->find("remote");
      if (address == nullptr || item->find("integrity") != nullptr || !is_moving(address->text)) continue;
      pipeline_.attributes.push_back({"fetches_jobs", deploys ? "for deployment" : "true", address->bytes});
      return;
    }
  }

  /// An address of which no part is a commit or a release.
  static bool is_moving(std::string_view address) {
    if (address.find("://") == std::string_view::npos) return false;
    for (const std::string_view part : split(address, '/')) {
      const bool digest = part.size() >= 40 && part.find_first_not_of("0123456789abcdef") == std::string_view::npos;
      const std::string_view number = part.starts_with('v') ? part.substr(1) : part;
      const bool release = number.find('.') != std::string_view::npos && number[0] >= '0' && number[0] <= '9';
      if (digest || release) return false;
    }
    return true;
  }

  /// Stages run one after the other, and a job that names no needs waits for all of the earlier ones.
  void follow_stages() {
    std::vector<std::string> order{"build", "test", "deploy"};
    if (const Node* stages = root_.find("stages")) {
      order.clear();
      for (const Node& stage : stages->items) order.push_back(stage.text);
    }
    order.insert(order.begin(), ".pre");
    order.emplace_back(".post");
    if (pipeline_.jobs.size() > most_jobs || order.size() > most_jobs) {
      pipeline_.tells_order = false;
      return;
    }
    struct Place {
      std::ptrdiff_t stage;
      bool told;
    };
    std::vector<Place> places;
    for (const Job& job : pipeline_.jobs) {
      const Node* node = root_.find(job.name);
      const Member* stage = node == nullptr ? nullptr : find(*node, "stage");
      const std::string name = stage == nullptr ? "test" : stage->value.text;
      places.push_back({std::find(order.begin(), order.end(), name) - order.begin(),
                        node == nullptr || find(*node, "needs") != nullptr});
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (std::size_t j = 0; j < places.size() && !places[i].told; ++j) {
        const bool runs = !pipeline_.jobs[j].name.starts_with('.');
        if (runs && places[j].stage < places[i].stage) pipeline_.jobs[i].follows.push_back(pipeline_.jobs[j].name);
      }
    }
  }

  /// Files of this repository: a path by itself, or `local:`. Of another project, how firmly its version is named.
  void read_includes(const Node& include) {
    const auto read_one = [this](const Node& item) {
      const Node *project = item.find("project"), *ref = item.find("ref"), *files = item.find("file");
      if (project != nullptr && project->scalar()) {
        const std::string_view firm = ref == nullptr ? "branch" : firmness_of(ref->text);
        pipeline_.borrowed.push_back({project->text + " " + (files == nullptr ? std::string() : flat(*files)),
                                      std::string(firm), ref == nullptr ? item.bytes : ref->bytes});
      }
      const Node* path = item.scalar() ? &item : item.find("local");
      if (path == nullptr || path->text.empty() || path->text.find("://") != std::string::npos) return;
      pipeline_.included.push_back({"include", path->text.substr(path->text.front() == '/' ? 1 : 0), path->bytes});
    };
    if (include.type != NodeType::Sequence) return read_one(include);
    for (const Node& item : include.items) read_one(item);
  }

  /// The member of a job, or of what it extends.
  [[nodiscard]] const Member* find(const Node& job, std::string_view key, unsigned depth = 0) const {
    for (const Member& member : job.members) {
      if (member.key == key) return &member;
    }
    const Node* parents = depth < most_parents ? job.find("extends") : nullptr;
    if (parents == nullptr) return nullptr;
    const auto in_parent = [&](const Node& name) {
      const Node* parent = root_.find(name.text);
      return parent == nullptr ? nullptr : find(*parent, key, depth + 1);
    };
    if (parents->scalar()) return in_parent(*parents);
    for (auto name = parents->items.rbegin(); name != parents->items.rend(); ++name) {
      if (const Member* found = in_parent(*name)) return found;
    }
    return nullptr;
  }

  void read_job(const Member& member) {
    const Node& node = member.value;
    Job job;
    job.name = member.key;
    job.bytes = whole(member);
    job.header = member.key_bytes;
    if (member.key.starts_with('.')) job.runs = Runs::Sometimes;  // a template: jobs that extend it are read with it
    read_conditions(node, job);
    if (const Member* parents = find(node, "extends"))
      job.attributes.push_back({"extends", flat(parents->value), whole(*parents)});
    read_needs(node, job);
    if (const Member* environment = find(node, "environment")) {
      const Node* name = environment->value.find("name");
      job.attributes.push_back(
          {"environment", name == nullptr ? flat(environment->value) : name->text, whole(*environment)});
    }
    if (const Member* group = find(node, "resource_group"))
      job.attributes.push_back({"concurrency", flat(group->value), whole(*group)});
    if (const Member* variables = find(node, "variables")) add_settings(variables->value, "", job.variables);
    if (const Member* tags = find(node, "tags")) job.attributes.push_back({"runs_on", flat(tags->value), whole(*tags)});
    for (const std::string_view key : {"before_script", "script", "after_script"}) {
      const Member* script = find(node, key);
      if (script == nullptr) continue;
      Step step;
      step.name = key;
      step.bytes = whole(*script);
      step.header = script->key_bytes;
      step.soft = key == "after_script";
      add_script(file_, script->value, step.script);
      job.steps.push_back(std::move(step));
    }
    const bool is_template = member.key.starts_with('.');
    if (is_template && (job.manual || !job.attributes.empty() || job.soft)) {
      pipeline_.jobs.push_back(std::move(job));
      return;
    }
    if (job.steps.empty() && find(node, "trigger") == nullptr && find(node, "extends") == nullptr) return;
    pipeline_.jobs.push_back(std::move(job));
  }

  void read_needs(const Node& node, Job& job) const {
    for (const std::string_view key : {"needs", "dependencies"}) {
      const Member* needs = find(node, key);
      if (needs == nullptr || key == "dependencies") continue;
      for (const Node& item : needs->value.items) {
        const Node* name = item.find("job");
        const Node* optional = item.find("optional");
        if (optional != nullptr && optional->text == "true") continue;
        job.needs.push_back({name == nullptr ? item.text : name->text, item.bytes});
      }
    }
  }

  void read_conditions(const Node& node, Job& job) const {
    const Member* allow = find(node, "allow_failure");
    if (allow != nullptr && (allow->value.text == "true" || allow->value.type == NodeType::Mapping)) {
      job.soft = true;
      job.softened = whole(*allow);
    }
    if (const Member* when = find(node, "when")) {
      job.manual = when->value.text == "manual";
      if (when->value.text == "never") job.runs = Runs::Never;
      if (when->value.text == "always" || when->value.text == "on_failure") job.ignores_needs = true;
      job.softened = whole(*when);
      if (job.manual) job.approvals.push_back({"manual", "manual", whole(*when)});
    }
    if (const Member* rules = find(node, "rules")) read_rules(*rules, job);
    for (const std::string_view key : {"only", "except"}) {
      const Member* filter = find(node, key);
      if (filter == nullptr) continue;
      job.runs = std::max(job.runs, Runs::Sometimes);
      job.condition += (job.condition.empty() ? "" : "; ") + std::string(key) + " " + flat(filter->value);
      job.attributes.push_back({"if", job.condition, whole(*filter)});
      if (key == "only") job.limit = names_branches(filter->value) ? Keeps::Out : Keeps::Nothing;
      if (job.softened.size() == 0) job.softened = whole(*filter);
    }
  }

  /// `only:` with names of branches or tags, and none of the words that stand for all of them.
  static bool names_branches(const Node& only) {
    static constexpr std::array everything = std::to_array<std::string_view>(
        {"branches", "merge_requests", "pushes", "external", "external_pull_requests", "web", "api"});
    const Node* named = only.find("refs");
    const Node& refs = named == nullptr ? only : *named;
    if (refs.scalar())
      return !refs.text.empty() && std::find(everything.begin(), everything.end(), refs.text) == everything.end();
    return !refs.items.empty() && std::none_of(refs.items.begin(), refs.items.end(), [](const Node& each) {
      return std::find(everything.begin(), everything.end(), each.text) != everything.end();
    });
  }

  /// What one rule keeps out: it names branches, waits for a person, or never holds.
  static Keeps limit_of(const Node& rule) {
    const Node* when = rule.find("when");
    if (when != nullptr && (when->text == "never" || when->text == "manual")) return Keeps::Out;
    const Node* condition = rule.find("if");
    if (condition == nullptr) return Keeps::Nothing;
    const std::string text = condition_text(condition->text);
    return std::min(keeps_out(text, "push"), keeps_out(text, "merge_request_event"));
  }

  static void read_rules(const Member& rules, Job& job) {
    job.limit = Keeps::Out;
    for (const Node& rule : rules.value.items) job.limit = std::min(*job.limit, limit_of(rule));
    bool any = false, always = false;
    for (const Node& rule : rules.value.items) {
      const Node* when = rule.find("when");
      const Node* allow = rule.find("allow_failure");
      const bool never = when != nullptr && when->text == "never";
      const bool bound =
          rule.find("if") != nullptr || rule.find("changes") != nullptr || rule.find("exists") != nullptr;
      any = any || !never;
      always = always || (!never && !bound);
      if (when != nullptr && when->text == "manual") {
        job.manual = true;
        job.approvals.push_back({"manual", "manual", whole(rules)});
      }
      if (allow != nullptr && allow->text == "true") {
        job.soft = true;
        job.softened = allow->bytes;
      }
    }
    job.condition = flat(rules.value);
    job.runs = std::max(job.runs, !any ? Runs::Never : always ? Runs::Always : Runs::Sometimes);
    job.attributes.push_back({"if", job.condition, whole(rules)});
    if (job.softened.size() == 0) job.softened = whole(rules);
  }

  const SourceFileView& file_;
  const Node& root_;
  Pipeline pipeline_;
};

}  // namespace

bool is_gitlab(const Node& root) {
  if (root.find("stages") != nullptr && root.find("jobs") == nullptr) {
    const Node* stages = root.find("stages");
    const bool names =
        std::all_of(stages->items.begin(), stages->items.end(), [](const Node& item) { return item.scalar(); });
    if (names && !stages->items.empty()) return true;
  }
  return std::any_of(root.members.begin(), root.members.end(), [](const Member& member) {
    const Node& job = member.value;
    const Node* script = job.find("script");
    // A job that is only there to be extended.
    if (member.key.starts_with('.') && job.find("before_script") != nullptr) return true;
    return script != nullptr && !is_keyword(member.key) &&
           (job.find("stage") != nullptr || job.find("rules") != nullptr || job.find("only") != nullptr);
  });
}

Pipeline read_gitlab(const SourceFileView& file, const Node& root) { return GitlabReader(file, root).run(); }

}  // namespace redtag::ci
