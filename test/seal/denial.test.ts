import { describe, expect, it } from 'vitest';
import { explainDenial } from '../../src/seal/denial.js';
import { SealError, type SealErrorOptions } from '../../src/seal/errors.js';

const NAME = 'Policy violation: ToolNotAllowed { tool_name: "fs.write", allowed_tools: ["fs.*"] }';
const denied = (message = NAME, options: SealErrorOptions = { status: 400 }) =>
  new SealError('policy_violation', message, options);
const facts = (
  listed: readonly string[] | undefined,
  target: 'orchestrator' | 'gateway' = 'orchestrator',
) => ({
  tool: 'fs.write',
  securityContext: 'zaru-pro',
  target,
  listed: listed && new Set(listed),
});

describe('explainDenial', () => {
  it('a tool that the context does not list is the reason itself', () => {
    const told = explainDenial(denied(), facts(['aegis.agent.list', 'web.fetch']));
    expect(told).toMatchObject({ code: 'policy_violation', wireCode: 2000, status: 400, mayHaveRun: false });
    expect(told.message).toBe(
      `${NAME} (the security context zaru-pro lists 2 tools, and fs.write is not one of them.)`,
    );
    expect(told.next).toContain('list_seal_tools');
    expect(told.next).toContain('do not try another way');
  });

  it('where it lists the tool, an argument is the reason, which the orchestrator does not tell', () => {
    const told = explainDenial(denied(), facts(['fs.write']));
    expect(told.message).toBe(
      `${NAME} (the security context zaru-pro lists fs.write, so an argument lies outside what it allows: a path, a command or the host of a url.)`,
    );
    expect(told.next).toContain('arguments that the context allows');
  });

  it('a tool that is denied by name', () => {
    const message = 'Policy violation: ToolExplicitlyDenied { tool_name: "fs.write" }';
    expect(explainDenial(denied(message), facts(['fs.write'])).message).toBe(
      `${message} (the security context zaru-pro denies fs.write by name.)`,
    );
  });

  it.each([
    [2000, 'neither the security context nor the session allows the tool'],
    [2001, 'the security context denies the tool by name'],
    [2002, "the argument 'path' lies outside the folders that the security context allows"],
    [2003, 'the command or its subcommand is not one that the security context allows'],
    [2004, "the host of the argument 'url' is not one that the security context allows"],
  ])('the number %i of the gateway tells the constraint', (wireCode, why) => {
    const told = explainDenial(denied('denied', { status: 403, wireCode }), facts(undefined, 'gateway'));
    expect(told.message).toBe(`denied (${why}.)`);
    expect(told).toMatchObject({ code: 'policy_violation', wireCode, status: 403 });
  });

  it('a gateway that says only "forbidden" mostly does not know the context', () => {
    const error = new SealError('forbidden', 'forbidden', { status: 403 });
    const told = explainDenial(error, facts(undefined, 'gateway'));
    expect(told.message).toBe(
      "forbidden (the gateway does not know the security context zaru-pro, or the tool's own rules refuse the call.)",
    );
    expect(told.next).toContain('POST /v1/security-contexts');
    expect(explainDenial(error, facts(undefined))).toBe(error);
  });

  it('is left as it is when nothing more is known, or when it is no denial', () => {
    const [bare, other] = [
      denied('denied', { wireCode: 2006 }),
      new SealError('stale', 'too old', { status: 400 }),
    ];
    expect(explainDenial(bare, facts(undefined))).toBe(bare);
    expect(explainDenial(bare, facts([]))).toBe(bare);
    expect(explainDenial(bare, facts(undefined, 'gateway'))).toBe(bare);
    expect(explainDenial(other, facts([]))).toBe(other);
  });
});
