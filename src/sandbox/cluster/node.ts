/** The cluster of one node, the sandbox itself (schemas ClusterNode, ClusterStatus; D61, D62). */
import { availableParallelism, hostname, totalmem } from 'node:os';
import type { SandboxContext } from '../kernel.js';

/** Where nodes come from; the readiness answer says the same. */
export const SOURCE = 'cluster_repository';

/** The languages of the node's runtime registry (D73). */
const RUNTIMES = ['python', 'javascript', 'typescript', 'rust', 'go'];

const SCHEMA = `
create table if not exists cluster_node (node_id text primary key, registered_at text not null)`;

interface Registration {
  readonly node_id: string;
  readonly registered_at: string;
}

/** The node: registered once per data directory, alive whenever it answers. */
export class SandboxNode {
  readonly #context: SandboxContext;
  readonly #registration: Registration;
  readonly #started: number;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#registration = register(context);
    this.#started = context.clock.now().getTime();
  }

  /** Since this process started the sandbox. */
  uptimeSeconds(): number {
    return Math.max(0, Math.floor((this.#context.clock.now().getTime() - this.#started) / 1000));
  }

  /** ClusterNode. The sandbox has no gRPC, so its address has port 0. */
  live() {
    return {
      node_id: this.#registration.node_id,
      role: 'hybrid',
      status: 'active',
      grpc_address: '127.0.0.1:0',
      ...{ gpu_count: 0, vram_gb: 0, cpu_cores: availableParallelism() },
      available_memory_gb: Math.floor(totalmem() / 2 ** 30),
      supported_runtimes: RUNTIMES,
      tags: ['sandbox'],
      last_heartbeat_at: this.#context.clock.now().toISOString(),
      registered_at: this.#registration.registered_at,
    };
  }

  /** ClusterStatus. */
  liveStatus() {
    const node = this.live();
    return {
      source: SOURCE,
      controller_node_id: node.node_id,
      ...{ total_nodes: 1, active_nodes: 1, draining_nodes: 0, unhealthy_nodes: 0 },
      cluster_health: 'healthy',
      nodes: [node],
    };
  }

  /** The published SDK's ClusterNode. */
  documented() {
    const { node_id: id, status, last_heartbeat_at: last_heartbeat, ...node } = this.live();
    const capacity = { cpu_cores: node.cpu_cores, memory_gb: node.available_memory_gb, gpu_count: 0 };
    return { id, hostname: hostname(), status, last_heartbeat, capacity };
  }

  /** The published SDK's ClusterStatus; uptime in seconds. */
  documentedStatus() {
    return { overall_status: 'healthy', uptime: this.uptimeSeconds(), nodes: [this.documented()] };
  }
}

function register({ store, clock }: SandboxContext): Registration {
  store.exec(SCHEMA);
  const known = store.get<Registration>('select node_id, registered_at from cluster_node');
  if (known) return known;
  const created = { node_id: clock.uuid(), registered_at: clock.now().toISOString() };
  store.run('insert into cluster_node values (?, ?)', created.node_id, created.registered_at);
  return created;
}
