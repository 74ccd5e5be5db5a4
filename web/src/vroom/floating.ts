/** https://wicg.github.io/document-picture-in-picture/ : not among TypeScript's own declarations yet. */
interface DocumentPictureInPicture {
  requestWindow: (options: { width: number; height: number }) => Promise<Window>;
}

const api = (): DocumentPictureInPicture | undefined =>
  (window as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture;

export const canFloat = () => api() !== undefined || document.pictureInPictureEnabled === true;
/** Whether the window can have buttons, not only a picture. */
export const canFloatButtons = () => api() !== undefined;

/** A small window above all others, styled as this page is. Rejects where the browser says no. */
export async function openFloatingWindow(): Promise<Window> {
  const offered = api();
  if (offered === undefined) throw new Error('no document picture-in-picture');
  const floating = await offered.requestWindow({ width: 360, height: 270 });
  const { documentElement: root, head } = floating.document;
  for (const name of ['lang', 'dir', 'data-mantine-color-scheme']) {
    const value = document.documentElement.getAttribute(name);
    if (value !== null) root.setAttribute(name, value);
  }
  for (const style of document.querySelectorAll('style, link[rel="stylesheet"]')) head.append(style.cloneNode(true));
  return floating;
}
