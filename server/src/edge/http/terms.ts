import { Language } from '@diwan/protocol/errors.ts';
import { Terms, TermsAccept, TermsAcceptance } from '@diwan/protocol/terms.ts';
import { Router } from 'express';
import { z } from 'zod';
import { acceptTerms, currentTerms, listAcceptances, type TermsRoom, termsVersion } from '../../terms/terms.ts';
import type { Gates } from '../gates.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';
import { originOf, personGate, sessionGate } from './session.ts';

const Version = z.coerce.number().int().positive();

/** The CGU: /api/terms. Reading is open to everyone; accepting needs a session and nothing else. */
export function termsRouter({ terms, gates }: { terms: TermsRoom; gates: Gates }): Router {
  const router = Router();
  router.get('/', async (_req, res) => answer(res, Terms, await currentTerms(terms)));
  router.get('/acceptances', sessionGate(gates), async (req, res) => {
    answer(res, z.array(TermsAcceptance), await listAcceptances(terms, actorOf(req)));
  });
  router.post('/accept', sessionGate(gates), personGate(gates), async (req, res) => {
    answer(res, TermsAcceptance, await acceptTerms(terms, actorOf(req), parse(TermsAccept, req.body), originOf(req)));
  });
  router.get('/:version', async (req, res) =>
    answer(res, Terms, await termsVersion(terms, parse(Version, req.params.version))),
  );
  router.get('/:version/download', async (req, res) => {
    const { version, texts } = await termsVersion(terms, parse(Version, req.params.version));
    const language = parse(Language.default('fr'), req.query.lang);
    res.attachment(`CGU-${version}-${language}.md`).type('text/markdown; charset=utf-8').send(texts[language]);
  });
  return router;
}
