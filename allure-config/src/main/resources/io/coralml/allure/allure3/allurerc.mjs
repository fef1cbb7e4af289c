// How the Allure 3 report looks, and what its quality gate asks for. The build copies this file to
// allure-config/target/allure3 and runs it there; CORAL_* variables say where things are.
import { existsSync, readFileSync } from "node:fs";

// The quality gate of Allure 3.18 calls a method of iterators that Node.js has from 22 on.
const iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
iterator.toArray ??= function toArray() {
  return [...this];
};

const input = process.env.CORAL_ALLURE_INPUT;
const file = `${input}/performance.json`;
const measured = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];

// One rule for each metric that is exact and must not get worse from one run to the next. Times are
// held by pairs in one JVM, not here: between two runs the machine differs more than the code.
const exact = measured
  .filter(({ key }) => /\/(compression_ratio|stored_bytes)$/.test(key))
  .map(({ key }) => ({ metricMaxDeltaPercent: { key, value: 1 } }));

// Not a bit may differ.
const intact = measured
  .filter(({ key }) => /\/(mismatched_elements|max_abs_error)$/.test(key))
  .map(({ key }) => ({ metricMax: { key, value: 0 } }));

export default {
  name: process.env.CORAL_REPORT_NAME ?? "Coral",
  output: "./report",
  historyPath: process.env.CORAL_ALLURE_HISTORY,
  appendHistory: true,
  plugins: {
    awesome: {
      options: {
        reportName: process.env.CORAL_REPORT_NAME ?? "Coral",
        singleFile: true,
        groupBy: ["epic", "feature", "story"],
        charts: [
          { type: "currentStatus", title: "This run" },
          { type: "trend", dataType: "status", title: "Status from run to run" },
          { type: "durations", title: "Durations" },
          { type: "statusDynamics", title: "Status dynamics" },
        ],
      },
    },
  },
  qualityGate: {
    rules: [{ maxFailures: 0, minTestsCount: 1 }, ...intact, ...exact].map((rule, index) => ({
      id: `rule-${index + 1}`,
      ...rule,
    })),
  },
};
