import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const lagoon: MantineColorsTuple = [
  '#eef7f6',
  '#d7ebe9',
  '#b1d7d3',
  '#83bfb9',
  '#55a39b',
  '#2b7f78',
  '#1c6d67',
  '#125955',
  '#0d4744',
  '#093634',
];
const saffron: MantineColorsTuple = [
  '#fff7e8',
  '#fdebcb',
  '#fad598',
  '#f6bd62',
  '#f1a836',
  '#de8f16',
  '#b36d0b',
  '#8c5408',
  '#6b4108',
  '#4a2d06',
];
const red: MantineColorsTuple = [
  '#fdeceb',
  '#fad5d2',
  '#f4aba5',
  '#f1958d',
  '#ee8078',
  '#d8473d',
  '#c9362c',
  '#b3261e',
  '#8f1d17',
  '#6b1510',
];
// Warm paper for the light theme, ink with a little teal for the dark one.
const gray: MantineColorsTuple = [
  '#f8f7f3',
  '#f1efe9',
  '#e6e3db',
  '#d8d4c9',
  '#bfbab0',
  '#9a948a',
  '#69645b',
  '#524e48',
  '#383531',
  '#22201e',
];
const dark: MantineColorsTuple = [
  '#e4ecec',
  '#c4d0d0',
  '#9db0b1',
  '#809495',
  '#3d4e51',
  '#2d3c3f',
  '#1d2a2d',
  '#131d1f',
  '#0e1718',
  '#091011',
];

const family =
  "'IBM Plex Sans Arabic', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans Arabic', sans-serif";

export const theme = createTheme({
  primaryColor: 'lagoon',
  primaryShade: { light: 7, dark: 5 },
  colors: { lagoon, saffron, red, gray, dark },
  black: '#17201f',
  autoContrast: true,
  fontFamily: family,
  headings: {
    fontFamily: family,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.875rem', lineHeight: '1.25' },
      h2: { fontSize: '1.3125rem', lineHeight: '1.35' },
      h3: { fontSize: '1.0625rem', lineHeight: '1.45' },
    },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Modal: {
      // The library's <header> would be a second banner of the page.
      defaultProps: { centered: true, radius: 'lg', attributes: { header: { role: 'presentation' } } },
      styles: { title: { fontWeight: 600, fontSize: '1.125rem' } },
    },
    Badge: { styles: { root: { textTransform: 'none', fontWeight: 500, fontSize: '0.78rem', letterSpacing: 0 } } },
    Alert: { styles: { message: { fontSize: '0.95rem' } } },
    // Its placeholder for the focus is no item of a menu; the first item takes the focus.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 400 } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
  },
});

/** Where the component library's own choices fall short of WCAG AA. */
export const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-placeholder': '#69645b',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-dimmed': '#625d54',
  },
  dark: {
    '--mantine-color-placeholder': '#9db0b1',
    '--mantine-color-error': '#f4aba5',
    '--mantine-color-red-6': '#f1958d',
    '--mantine-color-lagoon-light': '#1c3a3a',
    '--mantine-color-lagoon-light-hover': '#234747',
    '--mantine-color-lagoon-light-color': '#b1d7d3',
    '--mantine-color-dimmed': '#9db0b1',
  },
});
