namespace RocketMQ.MqAdmin.Auth;

/// <summary>Lists on the command line.</summary>
internal static class RuleText
{
    public static List<string> List(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>One rule for several resources.</summary>
    public static AclInfo Rules(string subject, string resources, string actions, string? sourceIps, string decision) => new()
    {
        Subject = subject,
        Policies =
        [
            new PolicyInfo
            {
                Entries =
                [
                    .. List(resources).Select(resource => new PolicyEntryInfo
                    {
                        Resource = resource, Actions = List(actions), SourceIps = sourceIps is null ? null : List(sourceIps), Decision = decision,
                    }),
                ],
            },
        ],
    };
}
