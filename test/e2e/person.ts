import { mkdirSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Client } from '../contract/client.ts';
import type { Hub } from '../services/hub.ts';

const screenshots = path.join(import.meta.dirname, 'screenshots');
export const desktop = { width: 1280, height: 860 };
export const phone = { width: 390, height: 844 };

/** A browser of one's own, in which nobody is signed in; in French unless told otherwise. */
export async function newPage(browser: Browser, hub: Hub, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    locale: 'fr-FR',
    viewport: desktop,
    baseURL: hub.url,
    // What opens is there at once, and nothing fades while it is looked at.
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return page;
}

/** A browser in which this client is signed in already. */
export async function pageOf(client: Client, browser: Browser, hub: Hub): Promise<Page> {
  const page = await newPage(browser, hub);
  await page.context().addCookies([...client.jar].map(([name, value]) => ({ name, value, url: hub.url })));
  return page;
}

/** By the form, which stands before every page. */
export async function signIn(page: Page, email: string, password: string, at = '/'): Promise<void> {
  await page.goto(at);
  await page.getByLabel('Adresse e-mail').fill(email);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

/**
 * As it is read out (WCAG 2.2 AA, as far as axe sees it), and no wider than the screen. Leaves a screenshot of that name.
 * @param within what to look at; what a dialog half covers is out of reach, and axe takes it for a target that is too small
 */
export async function isFine(page: Page, name: string, within = 'html'): Promise<void> {
  await screenshot(page, name);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
  const { violations } = await new AxeBuilder({ page }).include(within).withTags(tags).analyze();
  expect(violations.map(({ id, nodes }) => [name, id, nodes[0]?.html])).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), name).toBe(false);
}

/** Fine on a desktop and on a phone. */
export async function isFineOnBoth(page: Page, name: string, within?: string): Promise<void> {
  await page.setViewportSize(desktop);
  await isFine(page, name, within);
  await page.setViewportSize(phone);
  await isFine(page, `${name}-390`, within);
  await page.setViewportSize(desktop);
}
