import js from "@eslint/js";
import globals from "globals";

const HTML = "Draw with textContent: what a user wrote must never become markup.";

export default [
  { ignores: ["**/vendor/", "node_modules/", ".venv/", ".stack/", "staticfiles/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-console": ["error", { allow: ["warn", "error"] }],
      "default-case": "error", // an unknown message is refused, not passed over
      "max-lines": ["error", 250],
      "max-lines-per-function": ["error", 40],
      complexity: ["error", 8],
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: HTML })),
      ],
    },
  },
  {
    files: ["client/static/js/**"],
    languageOptions: { globals: { ...globals.browser, DFSignals: "readonly" } },
  },
  {
    files: ["master/*/static/**"],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ["tests/js/**"],
    languageOptions: { globals: { ...globals.node } },
    rules: { "max-lines-per-function": "off" }, // a suite is one function
  },
];
