namespace RocketMQ.MqAdmin.Auth;

/// <summary>Rules as a table: a row for each, one empty row for a subject without any.</summary>
internal static class RuleTable
{
    public static void Write(Report report, IEnumerable<AclInfo> rules) =>
        report.Table(
            "acls",
            rules.SelectMany(Rows),
            new("#Subject", "subject", r => r.Subject),
            new("#PolicyType", "policyType", r => r.PolicyType),
            new("#Resource", "resource", r => r.Entry?.Resource),
            new("#Actions", "actions", r => r.Entry?.Actions),
            new("#SourceIp", "sourceIps", r => r.Entry?.SourceIps),
            new("#Decision", "decision", r => r.Entry?.Decision));

    private static IEnumerable<(string? Subject, string? PolicyType, PolicyEntryInfo? Entry)> Rows(AclInfo rules) =>
        (rules.Policies ?? [])
            .SelectMany(p => p.Entries ?? [], (policy, entry) => (rules.Subject, policy.PolicyType, (PolicyEntryInfo?)entry))
            .DefaultIfEmpty((rules.Subject, null, null));
}
