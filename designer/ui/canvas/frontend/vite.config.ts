import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const stillness = fileURLToPath(new URL("src/view/stillness.ts", import.meta.url));

// An ordinary build with one entry, not Vite's library mode: library mode inlines every asset, and the layout
// worker (1.6 MB) must stay a file of its own that the browser loads on first use.
export default defineConfig({
  plugins: [react()],
  // Streamlit serves the files below a path of its own: every URL is relative to the module that asks.
  base: "./",
  publicDir: false,
  resolve: { alias: { "d3-transition": stillness, "d3-interpolate": stillness } },
  build: {
    outDir: "../build",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Streamlit imports the entry with import() and links the style sheet: nothing to preload.
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      input: { index: "src/index.tsx" },
      preserveEntrySignatures: "strict",
      output: {
        format: "es",
        entryFileNames: "index-[hash].js",
        chunkFileNames: "chunk-[name]-[hash].js",
        assetFileNames: (asset) =>
          asset.names.some((name) => name.endsWith(".css")) ? "index-[hash][extname]" : "[name]-[hash][extname]",
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/fresh.ts"],
    restoreMocks: true,
  },
});
