import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** 藍: the indigo of the tower, ten steps from paper to night. */
const ai: MantineColorsTuple = ['#eef3f8', '#dbe5ee', '#b5c9dc', '#8bacc9', '#6892b8', '#4f81ad', '#3b6f9e', '#2d5b86', '#254d73', '#1f3a56']

/** 朱: vermilion, for what cuts and what is urgent. */
const shu: MantineColorsTuple = ['#fbebe8', '#f5d3cd', '#eaa99f', '#df7c6e', '#d55645', '#c93d2b', '#ba2d1c', '#a32015', '#8f1a10', '#76130b']

export const theme = createTheme({
  primaryColor: 'ai',
  primaryShade: 8,
  colors: { ai, shu },
  fontFamily: '"BIZ UDPGothic", "Hiragino Kaku Gothic ProN", "Yu Gothic UI", sans-serif',
  headings: { fontFamily: 'inherit', fontWeight: '700' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
})
