
namespace RocketMQ.Client.Core;

/// <summary>A consumer as brokers see it: a member of a group that they are told of and that they call.</summary>
internal interface IConsumerMember
{
    string Group { get; }

    /// <summary>What heartbeats say of it.</summary>
    ConsumerData Describe();

    /// <summary>Members of the group came or went. Returns at once.</summary>
    void OnMembersChanged();
}
