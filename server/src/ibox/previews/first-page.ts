import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PDFiumLibrary } from '@hyzyla/pdfium';

// The compiler knows it only as a part of browsers.
type Code = { readonly code: unique symbol };
type Imports = { env: { emscripten_resize_heap: (size: number) => number } };
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<Code>;
  Instance: new (code: Code, imports: Imports) => { exports: object };
};

/** What a document may take to be drawn, in bytes: the code is WebAssembly and has no memory but this. */
const mostMemory = 512 * 1024 * 1024;

/** An opaque page, four bytes a pixel: red, green, blue, alpha. */
export type DrawnPage = { data: Uint8Array; width: number; height: number };

let compiled: Promise<Code> | undefined;

/**
 * The first page of a PDF, drawn within a square; small pages are drawn larger. Its scripts and links are not looked at.
 * @param edge in pixels
 * @throws {Error} for what is no PDF, is locked by a password, or takes too much memory
 */
export async function drawFirstPage(bytes: Uint8Array, edge: number): Promise<DrawnPage> {
  compiled ??= readFile(fileURLToPath(import.meta.resolve('@hyzyla/pdfium/pdfium.wasm'))).then((wasm) =>
    WebAssembly.compile(wasm),
  );
  const library = await freshLibrary(await compiled);
  const document = await library.loadDocument(bytes);
  const page = document.getPage(0);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const scale = edge / Math.max(originalWidth, originalHeight);
  if (!Number.isFinite(scale)) throw new Error('a page without a size');
  // Nothing is destroyed: the library and all its memory are let go of.
  const { data, width, height } = await page.render({ scale, renderFormFields: true });
  return { data, width, height };
}

/** A library of its own for each document: what one document breaks, the next one does not meet. */
function freshLibrary(code: Code): Promise<PDFiumLibrary> {
  return PDFiumLibrary.init({
    instantiateWasm(imports: Imports, onReady: (instance: object) => void) {
      const grow = imports.env.emscripten_resize_heap;
      imports.env.emscripten_resize_heap = (size) => (size >>> 0 > mostMemory ? 0 : grow(size));
      const instance = new WebAssembly.Instance(code, imports);
      onReady(instance);
      return instance.exports;
    },
  });
}
