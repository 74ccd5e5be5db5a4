import type { BrowserContext, Page } from 'playwright-core';

/** Figures as a small typeface draws them, five dots by seven: the same on every machine, whichever fonts it has. */
const glyphs = [
  '01110 10001 10011 10101 11001 10001 01110',
  '00100 01100 00100 00100 00100 00100 01110',
  '01110 10001 00001 00110 01000 10000 11111',
  '11111 00010 00100 00010 00001 10001 01110',
  '00010 00110 01010 10010 11111 00010 00010',
  '11111 10000 11110 00001 00001 10001 01110',
  '00110 01000 10000 11110 10001 10001 01110',
  '11111 00001 00010 00100 01000 01000 01000',
  '01110 10001 10001 01110 10001 10001 01110',
  '01110 10001 10001 01111 00001 00010 01100',
].map((rows) => rows.replaceAll(' ', ''));
/** A screen of 1280 x 720 with lines of figures 14 px high, as a spreadsheet has: strokes of two pixels. */
const sheet = { width: 1280, height: 720, dot: 2, column: 16, line: 32, margin: 40, columns: 70, lines: 19 };

/** Sharing the screen in this browser shares a page full of these figures. */
export async function shareFigures(context: BrowserContext, figures: string): Promise<void> {
  await context.addInitScript(
    ({ figures, glyphs, sheet }) => {
      navigator.mediaDevices.getDisplayMedia = async () => {
        const canvas = Object.assign(document.createElement('canvas'), { width: sheet.width, height: sheet.height });
        const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
        const draw = () => {
          pen.fillStyle = 'white';
          pen.fillRect(0, 0, sheet.width, sheet.height);
          pen.fillStyle = 'black';
          [...figures].forEach((figure, at) => {
            const left = sheet.margin + (at % sheet.columns) * sheet.column;
            const top = sheet.margin + Math.floor(at / sheet.columns) * sheet.line;
            [...(glyphs[Number(figure)] as string)].forEach((dot, n) => {
              const [x, y] = [left + (n % 5) * sheet.dot, top + Math.floor(n / 5) * sheet.dot];
              if (dot === '1') pen.fillRect(x, y, sheet.dot, sheet.dot);
            });
          });
          // Something moves, as a cursor does: frames go on being made.
          pen.fillRect(10, 10 + (Date.now() % 500), 8, 8);
        };
        draw();
        setInterval(draw, 200);
        return canvas.captureStream(5);
      };
    },
    { figures, glyphs, sheet },
  );
}

/** As many figures as the sheet holds. */
export function someFigures(): string {
  return Array.from({ length: sheet.columns * sheet.lines }, () => Math.floor(Math.random() * 10)).join('');
}

/** Reads the figures off the picture that the page shows large: each place by the glyph that it is most like. */
export async function readFigures(page: Page, selector: string): Promise<{ width: number; figures: string }> {
  return page.locator(selector).evaluate(
    (video, { glyphs, sheet }) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: sheet.width, height: sheet.height });
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
      pen.drawImage(video as HTMLVideoElement, 0, 0, sheet.width, sheet.height);
      const { data } = pen.getImageData(0, 0, sheet.width, sheet.height);
      const read = (at: number) => {
        const left = sheet.margin + (at % sheet.columns) * sheet.column;
        const top = sheet.margin + Math.floor(at / sheet.columns) * sheet.line;
        const dots = Array.from({ length: 35 }, (_, n) => {
          let sum = 0;
          for (let y = 0; y < sheet.dot; y++)
            for (let x = 0; x < sheet.dot; x++) {
              const [px, py] = [left + (n % 5) * sheet.dot + x, top + Math.floor(n / 5) * sheet.dot + y];
              sum += data[(py * sheet.width + px) * 4] as number;
            }
          return 1 - sum / (255 * sheet.dot ** 2);
        });
        const unlike = glyphs.map((glyph) => dots.reduce((sum, dot, n) => sum + (dot - Number(glyph[n])) ** 2, 0));
        return unlike.indexOf(Math.min(...unlike));
      };
      const figures = Array.from({ length: sheet.columns * sheet.lines }, (_, at) => read(at)).join('');
      return { width: (video as HTMLVideoElement).videoWidth, figures };
    },
    { glyphs, sheet },
  );
}
