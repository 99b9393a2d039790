// What copies of a database live on: publications and subscriptions, a server's replication, and its logs of changes.
#include "lower/sql/read.h"

namespace redtag::sql {

namespace {

Effect& add(Verb verb, std::string action, std::string object, WordsView words, std::size_t first, Reading& reading) {
  Effect effect;
  effect.verb = verb;
  effect.action = std::move(action);
  effect.object = std::move(object);
  words.jump(words.end());
  effect.bytes = words.bytes_since(first);
  reading.effects.push_back(std::move(effect));
  return reading.effects.back();
}

}  // namespace

void read_alter_publication(WordsView words, std::size_t first, Reading& reading) {
  const Name name = words.take_name();
  const bool drops = words.take("drop");
  if (!drops && !words.is("set")) return;
  words.take("set");
  if (words.is("(")) return;  // its options
  words.take_any({"table", "tables"});
  Effect& effect =
      add(Verb::Detach, drops ? "drop-from-publication" : "set-publication", "publication", words, first, reading);
  effect.target = name;
  effect.arguments = {(drops ? "without " : "only ") + words.folded()};
}

void read_alter_subscription(WordsView words, std::size_t first, Reading& reading) {
  const Name name = words.take_name();
  const bool stops = words.is("disable"), moves = words.is("connection");
  const bool drops = words.word() == "drop" || (words.word() == "set" && words.word(1) == "publication");
  if (!stops && !moves && !drops) return;
  Effect& effect =
      add(stops ? Verb::Interrupt : Verb::Detach, "alter-subscription", "subscription", words, first, reading);
  effect.target = name;
}

void read_replication(WordsView words, std::size_t first, Reading& reading) {
  const std::string verb(words.lexed().word(first));
  const bool replica = words.is_any({"slave", "replica", "group_replication"});
  if (verb == "stop" && replica) {
    add(Verb::Interrupt, "stop-replica", "replication", words, first, reading);
  } else if (verb == "reset" && (words.is("master") || (words.is("binary") && words.word(1) == "logs"))) {
    add(Verb::Destroy, "reset-binary-logs", "binary logs", words, first, reading).unbounded = true;
  } else if (verb == "reset" && replica) {
    add(Verb::Detach, "reset-replica", "replication", words, first, reading).unbounded = words.word(1) == "all";
  } else if (verb == "purge" && words.is_any({"binary", "master"})) {
    WordsView bound = words;
    bound.skip(2);
    add(Verb::Destroy, "purge-binary-logs", "binary logs", words, first, reading).arguments = {bound.folded()};
  } else if (verb == "change" && words.is_any({"master", "replication"})) {
    // The statement carries a password; what it is pointed at is named by the verb alone.
    add(Verb::Steer, "change-replication", "replication", words, first, reading);
  }
}

}  // namespace redtag::sql
