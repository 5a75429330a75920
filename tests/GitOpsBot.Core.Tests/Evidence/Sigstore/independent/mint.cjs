// Bundles by another signer, npm's own (@sigstore/sign), and by another instance of Sigstore's services, @sigstore/mock, which answers in this process.
// Prints one JSON document: the instance's trusted root, and bundles with what they are about. Usage: node mint.cjs FOLDER_WITH_NODE_MODULES STATEMENT ARTIFACT
const { createRequire } = require('node:module');
const crypto = require('node:crypto');
const path = require('node:path');

const [, , folder, statement, artifact] = process.argv;
const load = createRequire(path.join(folder, 'package.json'));
const { initializeCA, initializeCTLog, initializeTLog, initializeTSA, fulcioHandler, rekorHandler, tsaHandler } = load('@sigstore/mock');
const { DSSEBundleBuilder, MessageSignatureBundleBuilder, FulcioSigner, RekorWitness, TSAWitness } = load('@sigstore/sign');
const { bundleToJSON } = load('@sigstore/bundle');

const fulcio = 'https://fulcio.stand-in.dev', rekor = 'https://rekor.stand-in.dev', tsa = 'https://tsa.stand-in.dev';
const b64 = (bytes) => Buffer.from(bytes).toString('base64');
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest();
const start = '2020-01-01T00:00:00Z';

// Who asks for a certificate says who he is in a token that nobody checks here.
const claims = { iss: 'https://issuer.stand-in.dev', sub: 'anna@example.com', email: 'anna@example.com', email_verified: true, aud: 'sigstore' };
const token = ['{"alg":"none"}', JSON.stringify(claims), ''].map((part) => Buffer.from(part).toString('base64url')).join('.');

async function main() {
  const key = () => crypto.generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const certificates = await initializeCTLog(key());
  const authority = await initializeCA(key(), certificates);
  const log = await initializeTLog(rekor, key());
  const stamps = await initializeTSA(key());
  const handlers = [[fulcio, fulcioHandler(authority)], [rekor, rekorHandler(log)], [tsa, tsaHandler(stamps)]];
  const nock = createRequire(load.resolve('@sigstore/mock'))('nock');
  for (const [base, handler] of handlers) {
    nock(base).persist().post(handler.path).reply(async (_, body) => {
      const { statusCode, response, contentType } = await handler.fn(typeof body === 'string' ? body : JSON.stringify(body));
      return [statusCode, response, { 'Content-Type': contentType || 'text/plain' }];
    });
  }

  const signer = () => new FulcioSigner({ fulcioBaseURL: fulcio, identityProvider: { getToken: async () => token } });
  const timestamp = () => new TSAWitness({ tsaBaseURL: tsa });
  const witness = (entryType) => new RekorWitness({ rekorBaseURL: rekor, entryType });
  const bundles = {};
  const dsse = { data: Buffer.from(statement), type: 'application/vnd.in-toto+json' };
  const message = { data: Buffer.from(artifact) };
  bundles['statement, intoto entry'] = await new DSSEBundleBuilder({ signer: signer(), witnesses: [witness('intoto')] }).create(dsse);
  bundles['statement, intoto entry, timestamp'] = await new DSSEBundleBuilder({ signer: signer(), witnesses: [witness('intoto'), timestamp()] }).create(dsse);
  bundles['statement, timestamp alone'] = await new DSSEBundleBuilder({ signer: signer(), witnesses: [timestamp()] }).create(dsse);
  bundles['artifact'] = await new MessageSignatureBundleBuilder({ signer: signer(), witnesses: [witness()] }).create(message);
  bundles['artifact, timestamp'] = await new MessageSignatureBundleBuilder({ signer: signer(), witnesses: [witness(), timestamp()] }).create(message);

  const logOf = (baseUrl, key, id) => ({ baseUrl, hashAlgorithm: 'SHA2_256', publicKey: { rawBytes: b64(key), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: { start } }, logId: { keyId: b64(id) } });
  const chainOf = (uri, chain) => ({ subject: { organization: 'stand-in', commonName: 'stand-in' }, uri, certChain: { certificates: chain.map((c) => ({ rawBytes: b64(c) })) }, validFor: { start } });
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(rekor, log.publicKey, sha256(log.publicKey))],
    certificateAuthorities: [chainOf(fulcio, [authority.rootCertificate])],
    ctlogs: [logOf('https://ct.stand-in.dev', certificates.publicKey, certificates.logID)],
    timestampAuthorities: [chainOf(tsa, [stamps.intCertificate, stamps.rootCertificate])],
  };
  console.log(JSON.stringify({ root, identity: claims.email, issuer: claims.iss, bundles: Object.fromEntries(Object.entries(bundles).map(([name, bundle]) => [name, bundleToJSON(bundle)])) }));
}

main().catch((e) => { console.error(e); process.exit(1); });
