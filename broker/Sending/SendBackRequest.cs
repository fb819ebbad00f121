
namespace RocketMQ.Broker.Sending;

/// <summary>A consumer wants a message again.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Offset">The message's place in the log.</param>
/// <param name="DelayLevel">When: 0 to have it grow with each attempt, negative for the dead letters at once.</param>
/// <param name="MaxReconsumeTimes">How often the consumer tries; <see langword="null"/> where the group says.</param>
/// <param name="UnitMode">A unit's subscription.</param>
public readonly record struct SendBackRequest(string Group, long Offset, int DelayLevel, int? MaxReconsumeTimes, bool UnitMode);
