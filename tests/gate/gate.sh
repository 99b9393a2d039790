# Sourced by the tests beside it, after `redtag=…`: a repository whose target branch names people who may clear, real keys, and an
# assistant's branch that is held. Everything in it is arranged so that a gate that looks less closely would let the change pass.
#
#   ada   wrote the change; she has a key and the role of a senior, so only her hand in it speaks against her
#   sam, sue   seniors without a hand in it
#   robot   a machine with a key, a valid line among the signers, and the role of a senior
now=2026-01-10T12:00:00Z

# key NAME: a key pair of its own.
key() { ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$keys/$1"; }
# fingerprint NAME: SHA256:… of it.
fingerprint() { ssh-keygen -l -E sha256 -f "$keys/$1.pub" | cut -d' ' -f2; }

# as NAME COMMAND…: git's author and committer.
as() {
  who=$1; shift
  GIT_AUTHOR_NAME=$who GIT_AUTHOR_EMAIL=$who@example.com GIT_COMMITTER_NAME=$who GIT_COMMITTER_EMAIL=$who@example.com "$@"
}

# person NAME ROLE [more lines]: an entry of people.yaml.
person() {
  printf '  - name: %s\n    keys: [%s]\n    addresses: [%s@example.com]\n    logins: [%s]\n    roles: [%s]\n' "$1" "$(fingerprint "$1")" "$1" "$1" "$2"
}

# people: the files that say who may clear, into the work tree.
people() {
  mkdir -p .redtag
  { echo 'people:'; person ada senior; person sam senior; person sue senior; person robot senior; echo '    bot: true'; } > .redtag/people.yaml
  for name in ada sam sue robot; do
    printf '%s@example.com %s\n' "$name" "$(cut -d' ' -f1,2 "$keys/$name.pub")"
  done > .redtag/allowed_signers
}

# policy: standard input as the policy, with one person being enough even for what weighs most, so that each test counts its own.
policy() { { echo 'unset: [two_person.extreme]'; cat; } > .redtag.yaml; }

# table KEY: a table whose partition key cannot change in place.
table() {
  printf 'resource "aws_dynamodb_table" "orders" {\n  name         = "orders"\n  billing_mode = "PAY_PER_REQUEST"\n  hash_key     = "%s"\n\n  attribute {\n    name = "%s"\n    type = "S"\n  }\n}\n' "$1" "$1"
}

# commit NAME MESSAGE
commit() { git add -A && as "$1" git commit -q -m "$2"; }

# gate DIR: the repository, on the branch `feature`, which re-creates the table; `main` is the target.
gate() {
  rm -rf "$1" && mkdir -p "$1" && cd "$1" || return 1
  keys=$1/keys; mkdir "$keys"
  for name in ada sam sue robot; do key $name; done
  git init -q -b main repo && cd repo || return 1
  git remote add origin https://github.com/acme/shop.git
  people && policy < /dev/null && mkdir infra && table id > infra/main.tf && commit ada 'A table of orders'
  git checkout -q -b feature && table order_id > infra/main.tf && commit ada 'Use the order id'
}

# on_main COMMANDS: runs them on the target branch, commits, and comes back.
on_main() {
  git checkout -q main && eval "$1" && commit sam "${2:-Change the target}" && git checkout -q feature
}

# check STATUS [ARGUMENTS…]: judges main..feature at $now; the text report is in $out. Fails on another status.
check() {
  want=$1; shift
  "$redtag" check main...feature --at "$now" "$@" > "$keys/../out" 2> "$keys/../err"; got=$?
  out=$keys/../out
  if [ "$got" -ne "$want" ]; then
    echo "expected status $want, got $got"; cat "$out" "$keys/../err"; return 1
  fi
}

# clear WHO [ARGUMENTS…]: signs everything that holds; output in $keys/../said.
clear() {
  who=$1; shift
  "$redtag" clear main...feature --all --reason 'the table is empty' --key "$keys/$who" --yes --at "$now" "$@" > "$keys/../said" 2>&1
}

# refused WHO WORDS [ARGUMENTS…]: `clear` must refuse, in these words.
refused() {
  who=$1; words=$2; shift 2
  if clear "$who" "$@"; then echo "$who cleared it"; return 1; fi
  grep -F "$words" "$keys/../said" > /dev/null || { echo "expected '$words'"; cat "$keys/../said"; return 1; }
}

# fails COMMAND…: it must not succeed; `not` is no use for functions.
fails() { ! "$@"; }

# told FILE WORDS: a report has them, wherever it breaks its lines.
told() { tr -s ' \n' '  ' < "$1" | tr -s ' ' | grep -F -e "$2" > /dev/null || { echo "expected '$2'"; cat "$1"; return 1; }; }
# says WORDS: the last report has them.
says() { told "$keys/../out" "$1"; }
# silent WORDS: it has not.
silent() { ! says "$1" > /dev/null; }

# envelope: path of the newest clearance in the store.
envelopes() { git ls-tree -r --name-only refs/redtag/clearances; }

# worse FILE SMALL LARGE (printf forms): what sam clears as SMALL must hold again as LARGE, and count again when it is back.
worse() {
  git checkout -q -B feature main && mkdir -p "$(dirname "$1")" && printf "$2" > "$1" && commit ada Small && check 1 && clear sam && check 0 || return 1
  printf "$3" > "$1" && commit ada Large && check 1 || { echo "not held: $3"; return 1; }
  printf "$2" > "$1" && commit ada Back && check 0
}
