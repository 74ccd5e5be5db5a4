/** Excalidraw takes text that this refuses as text. */
export const parseMermaidToExcalidraw = () => Promise.reject(new Error('no diagrams from text'));
