namespace RocketMQ.MqAdmin.Running;

/// <summary>What a verb wants of <c>-b</c> and <c>-c</c>.</summary>
internal enum TargetRule
{
    /// <summary>Exactly one of the two.</summary>
    One,

    /// <summary>At least one; a broker wins over a cluster.</summary>
    AtLeastOne,

    /// <summary>Neither means every cluster; a broker wins over a cluster.</summary>
    OneOrAll,
}
