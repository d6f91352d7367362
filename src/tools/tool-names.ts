/** Other names of tools: what the published clients call the same methods. They are taken, not listed. */
export const TOOL_ALIASES: ReadonlyMap<string, string> = new Map([
  ['store_api_key', 'store_api_key_credential'],
  ['get_quota', 'get_volume_quota'],
  ['list_cluster_nodes', 'get_cluster_nodes'],
  ['execute_workflow', 'execute_temporal_workflow'],
  ['delete_workflow_execution', 'remove_workflow_execution'],
]);
