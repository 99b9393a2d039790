// Validates every file of a folder against the SARIF 2.1.0 schema. The schema is compiled once; exit status 1 if one file fails.
"use strict";
const fs = require("fs");
const path = require("path");
const modules = path.join(__dirname, "..", "node_modules");
const Ajv = require(path.join(modules, "ajv", "dist", "2020"));  // the plain class refuses the schema's draft
const addFormats = require(path.join(modules, "ajv-formats"));

const schemaFile = path.join(modules, "@microsoft", "sarif-multitool-linux", "sarif-2.1.0.json");
const schema = JSON.parse(fs.readFileSync(schemaFile, "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
const validate = ajv.compile(schema);

const folder = process.argv[2];
const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".sarif")).sort() : [];
let failed = 0;
for (const name of files) {
  let problems;
  try {
    const log = JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
    problems = validate(log) ? [] : validate.errors.map((error) => `${error.instancePath || "/"} ${error.message}`);
  } catch (error) {
    problems = [error.message];
  }
  if (problems.length > 0) {
    failed += 1;
    console.log(`${name}: not valid SARIF 2.1.0`);
    for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
  }
}
console.log(`${files.length} SARIF files, ${failed} not valid`);
process.exit(failed > 0 ? 1 : 0);
