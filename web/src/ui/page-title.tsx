/** What the browser's tab, history and screen readers call the page. */
export function PageTitle({ children }: { children: string }) {
  return <title>{`${children} · Diwan`}</title>;
}
