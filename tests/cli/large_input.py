"""Writes patches that nobody should have to wait for.

    large_input.py line|hunks FILE [COUNT]     one line of COUNT megabytes; COUNT hunks, the last of which drops a table
"""
import sys


def line(file, megabytes):
    file.write("diff --git a/x.sql b/x.sql\n--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n SELECT 1;\n-SELECT 2;\n+-- ")
    for _ in range(megabytes):
        file.write("x" * (1 << 20))
    file.write("\n")


def hunks(file, count):
    file.write("diff --git a/x.sql b/x.sql\n--- a/x.sql\n+++ b/x.sql\n")
    for number in range(count - 1):
        at = 3 * number + 1
        file.write(f"@@ -{at} +{at} @@\n-SELECT {at};\n+SELECT {at + 1};\n")
    at = 3 * count
    file.write(f"@@ -{at} +{at} @@\n-SELECT 1;\n+DROP TABLE customers;\n")


def main():
    with open(sys.argv[2], "w", encoding="ascii") as file:
        {"line": line, "hunks": hunks}[sys.argv[1]](file, int(sys.argv[3]))


if __name__ == "__main__":
    main()
