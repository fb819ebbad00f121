namespace RocketMQ.MqAdmin.Explaining;

/// <summary>What becomes of a message for a group, why, and what happened before.</summary>
/// <param name="Reason">One or two sentences.</param>
/// <param name="Advice">What to do; empty when nothing is wrong.</param>
/// <param name="Timeline">Oldest first; what lies ahead comes last.</param>
internal sealed record Explanation(Verdict Verdict, string Reason, string Advice, IReadOnlyList<Finding> Timeline);
