"""A PostgreSQL server of our own for as long as a test runs: on a socket in a temporary folder, never on the network."""
import json
import os
import pwd
import shutil
import subprocess
import tempfile

SNAPSHOT = """
SELECT json_build_object('structure', (SELECT json_agg(line ORDER BY line) FROM (
  SELECT 'column ' || concat_ws(' ', c.table_schema, c.table_name, c.column_name, c.data_type, c.udt_name, c.character_maximum_length,
         c.numeric_precision, c.numeric_scale, c.is_nullable, c.column_default) AS line
    FROM information_schema.columns c WHERE c.table_schema NOT IN ('pg_catalog', 'information_schema')
  UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema'))
  UNION ALL SELECT 'view ' || viewname || ' ' || definition FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
  UNION ALL SELECT 'sequence ' || sequencename FROM pg_sequences
  UNION ALL SELECT 'enum ' || typname || ' ' || (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
    FROM pg_type t WHERE typtype = 'e'
  UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace NOT IN
    (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema'))) AS lines),
 'values', (SELECT json_object_agg(name, document) FROM (
  SELECT c.table_schema || '.' || c.table_name || '.' || c.column_name AS name,
         query_to_xml(format('SELECT coalesce(%I::text, ''(null)'') AS v FROM %I.%I ORDER BY 1', c.column_name, c.table_schema, c.table_name),
                      true, false, '')::text AS document
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
   WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')) AS documents));
"""


def programs():
    """The folder of the server's programs, the newest version's."""
    top = "/usr/lib/postgresql"
    versions = sorted((name for name in os.listdir(top) if os.path.exists(f"{top}/{name}/bin/postgres")), key=float) if os.path.isdir(top) else []
    return f"{top}/{versions[-1]}/bin" if versions else None


class Server:
    """Started on entry, stopped and removed on exit."""

    def __init__(self):
        self.bin = programs()
        # Not below TMPDIR: for root the server runs as another user, who cannot look into a private one.
        self.folder = tempfile.mkdtemp(prefix="redtag-pg-", dir="/tmp")
        # The server refuses to run as root: then it runs as the user that its package made.
        self.user = None
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            self.user = account.pw_uid
            os.chown(self.folder, account.pw_uid, account.pw_gid)

    def run(self, *command, text=None):
        return subprocess.run(command, input=text, capture_output=True, text=True, user=self.user, cwd=self.folder,
                              env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "PGTZ": "UTC"})

    def must(self, *command, text=None):
        done = self.run(*command, text=text)
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def __enter__(self):
        data = f"{self.folder}/data"
        self.must(f"{self.bin}/initdb", "-D", data, "-U", "owner", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8")
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off -c full_page_writes=off -c autovacuum=off"
        self.must(f"{self.bin}/pg_ctl", "-D", data, "-w", "-s", "-l", f"{self.folder}/log", "-o", options, "start")
        return self

    def __exit__(self, *_):
        self.run(f"{self.bin}/pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-s", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def psql(self, database, text):
        """Status and error text of a script that stops at its first error, all of it in one transaction."""
        command = ["/usr/bin/psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "owner", "-d", database, "-f", "-"]
        done = self.run(*command, text=text)
        return done.returncode, done.stderr

    def snapshot(self, database):
        out = self.must("/usr/bin/psql", "-X", "-q", "-At", "-h", self.folder, "-U", "owner", "-d", database, "-f", "-", text=SNAPSHOT)
        seen = json.loads(out)
        values = {name: document.split("</row>") for name, document in (seen["values"] or {}).items()}
        return seen["structure"], {name: sorted(part.split("<v>")[1] for part in parts if "<v>" in part) for name, parts in values.items()}
