namespace RocketMQ.MqAdmin;

/// <summary>Verbs that belong together, in the order help lists them.</summary>
internal sealed record VerbGroup(string Name, IReadOnlyList<Verb> Verbs);
