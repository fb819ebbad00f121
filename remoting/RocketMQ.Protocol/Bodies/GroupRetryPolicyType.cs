namespace RocketMQ.Protocol.Bodies;

/// <summary>How the waits between attempts grow.</summary>
public enum GroupRetryPolicyType
{
    Exponential,
    Customized,
}
